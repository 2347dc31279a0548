-- The catalog: all that is derived of the journals, and nothing else. Its file may be deleted at any time.
-- A change here, in `_fold.py` or in what is indexed asks for a new number in `catalog.py`: there are no migrations.
-- Times are milliseconds since 1970. Row numbers never leave the catalog.

CREATE TABLE meta (k TEXT PRIMARY KEY, v TEXT NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE journal (
  n INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  address TEXT UNIQUE,                -- scheme:value; NULL for a channel's journal of cursors
  scheme TEXT, value TEXT,
  folded TEXT,                        -- the value as it is looked for
  birth TEXT,                         -- the id of the customer this address is born with
  owner TEXT,                         -- the id of the customer it belongs to now
  bytes INTEGER NOT NULL DEFAULT 0,   -- so much of the file is in here: any other size is a sign of a crash;
  inode INTEGER NOT NULL DEFAULT 0,   -- another inode, or another time of change (nanoseconds) at the same size,
  stamp INTEGER NOT NULL DEFAULT 0,   -- is a sign of somebody else's hand
  seen INTEGER,                       -- the earliest moment ever written about the address
  skipped INTEGER NOT NULL DEFAULT 0  -- lines that could not be read
) STRICT;
CREATE INDEX journal_owner ON journal (owner, scheme, value);
CREATE INDEX journal_birth ON journal (birth);
CREATE INDEX journal_folded ON journal (folded);

CREATE TABLE entry (                  -- facts
  n INTEGER PRIMARY KEY,              -- rises with time; the rowid in `words`, never given twice
  id TEXT UNIQUE,                     -- NULL: its line is gone; the row keeps the number from being given again
  kind INTEGER NOT NULL,              -- 0 message in, 1 message out, 2 note, 3 activity
  journal INTEGER NOT NULL,
  at INTEGER NOT NULL,
  off INTEGER NOT NULL,
  len INTEGER NOT NULL,
  asks INTEGER,                       -- somebody waits because of it: 0 unseen when filed, 1 seen
  reply INTEGER,                      -- 1: it answers, unless void
  void INTEGER NOT NULL DEFAULT 0,    -- its delivery: 1 failed, 2 canceled
  fingerprint TEXT,
  what TEXT                           -- a message's channel, an activity's kind
) STRICT;
CREATE INDEX entry_page ON entry (journal, at, id, kind, void);
CREATE INDEX entry_asks ON entry (journal, at, id, asks) WHERE asks IS NOT NULL AND void < 2;
CREATE INDEX entry_reply ON entry (journal, at, id) WHERE reply = 1 AND void = 0;

CREATE TABLE external (               -- who is known by which name at a provider
  channel TEXT NOT NULL,
  name TEXT NOT NULL,
  source INTEGER NOT NULL,            -- 0 the message says so, 1 its delivery does
  id TEXT NOT NULL,
  PRIMARY KEY (channel, name, source, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE document (               -- the newest version of what changes
  kind TEXT NOT NULL,
  id TEXT NOT NULL,
  journal INTEGER NOT NULL,
  rev INTEGER NOT NULL,
  body BLOB NOT NULL,
  PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX document_journal ON document (journal);

CREATE TABLE claim (                  -- further addresses that messages say are their author's
  address TEXT NOT NULL,
  journal INTEGER NOT NULL,
  vouched INTEGER NOT NULL,
  why TEXT NOT NULL,
  PRIMARY KEY (address, journal, vouched, why)
) STRICT, WITHOUT ROWID;
CREATE INDEX claim_journal ON claim (journal);

CREATE TABLE delivery (
  id TEXT PRIMARY KEY,
  channel TEXT NOT NULL,
  state TEXT NOT NULL,
  leave INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX delivery_state ON delivery (state, leave, id);

CREATE TABLE cursor (channel TEXT PRIMARY KEY, journal INTEGER NOT NULL, cursor TEXT NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE customer (               -- whoever has an address: what a list shows, and where it stands
  n INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  folded TEXT NOT NULL,
  tags TEXT NOT NULL,                 -- JSON
  marks TEXT NOT NULL,                -- the tags as they are looked for: JSON
  importance INTEGER NOT NULL,
  severity INTEGER NOT NULL,
  effort INTEGER NOT NULL,
  weight INTEGER NOT NULL,            -- what waiting time is multiplied with
  assigned TEXT,
  unread INTEGER NOT NULL,
  wait INTEGER,                       -- waits since then …
  ripe INTEGER NOT NULL,              -- … from this moment on
  snooze INTEGER NOT NULL,            -- is snoozed before this moment
  until INTEGER,                      -- when the snooze ends
  follow INTEGER NOT NULL,            -- it is a follow-up
  promise INTEGER,
  settled INTEGER NOT NULL,           -- marked done, and nothing asks since
  first_at INTEGER NOT NULL,          -- first seen
  last_id TEXT, last_at INTEGER, last_medium TEXT, last_channel TEXT, last_direction TEXT, snippet TEXT
) STRICT;
CREATE INDEX customer_wait ON customer (weight, wait, id, ripe, snooze, promise) WHERE wait IS NOT NULL;
CREATE INDEX customer_promise ON customer (promise) WHERE promise IS NOT NULL;
CREATE INDEX customer_last ON customer (last_at DESC, id);
CREATE INDEX customer_name ON customer (folded, id);

CREATE TABLE change (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  customer TEXT NOT NULL,
  kind TEXT NOT NULL,
  id TEXT NOT NULL
) STRICT;

-- What is stored here is folded already: words of letters and digits with single spaces between them, and the sign ¶,
-- a word that no fold makes, between fields, so that no phrase reaches from one into another.
CREATE VIRTUAL TABLE words USING fts5 (
  text, sender, recipient, facet, content = '', columnsize = 0, tokenize = 'ascii', prefix = '2 3');
CREATE VIRTUAL TABLE names USING fts5 (name, address, scheme, note, columnsize = 0, tokenize = 'ascii', prefix = '1 2 3');
