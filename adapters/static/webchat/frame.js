/* The widget inside its frame: what was said, and a place to answer.
 *
 * Everything that comes from outside, the agent's words included, becomes text nodes; the page's policy would refuse
 * anything else. The page that holds the frame is heard only if its origin is one of ours. */
(() => {
  'use strict';
  const $ = (id) => document.getElementById(id);
  const origins = document.body.dataset.origins.split(' ');
  const make = (tag, name, text) => {
    const made = document.createElement(tag);
    if (name) made.className = name;
    if (text != null) made.textContent = text;
    return made;
  };
  let page, hello, line, open, T, lang, limits = {}, lastSeen = 0, left = '';
  const lines = new Map();  // by 'seq' for theirs, by id for the visitor's own
  const host = (message) => parent.postMessage(message, page);
  const say = (word, value) => (T[word] || TEXTS.en[word]).replace('{}', value);

  /* The page that holds us */

  addEventListener('message', ({ origin, source, data }) => {
    if (source !== parent || !origins.includes(origin)) return;
    page = origin;
    if (data.t === 'start') start(data);
    if (data.t === 'open') { open = data.open; look(); if (open) $('text').focus(); }
  });
  addEventListener('keydown', (event) => { if (event.key === 'Escape') host({ t: 'close' }); });
  document.addEventListener('visibilitychange', () => look());

  function start(given) {
    const { data } = given;
    line?.end();
    lines.clear();
    lastSeen = 0;
    $('log').replaceChildren();
    lang = given.lang in TEXTS ? given.lang : 'en';
    T = TEXTS[lang];
    open = given.open;
    dress(data.theme, given.color);
    hello = { token: given.token, site: page, language: given.lang };
    if (data.user) {
      const { user, name = '', mail = '', signature = '' } = data;
      hello.vouched = { user, name, mail, signature, until: +data.until || 0 };
    }
    document.querySelector('main').hidden = false;
    line = new Line(hello, view);
    for (const [id, text] of given.queue) write({ t: 'say', id, text });
    if (open) $('text').focus();
  }

  function dress(theme, color) {
    const root = document.documentElement, dark = matchMedia('(prefers-color-scheme: dark)');
    const shade = () => root.classList.toggle('dark', theme ? theme === 'dark' : dark.matches);
    shade();
    dark.onchange = shade;
    const [r, g, b] = [1, 3, 5].map((i) => parseInt(color.slice(i, i + 2), 16));
    root.style.setProperty('--accent', color);
    root.style.setProperty('--on-accent', r * 299 + g * 587 + b * 114 > 150000 ? '#000' : '#fff');
    root.lang = lang;
    for (const part of document.querySelectorAll('[data-text]')) part.textContent = say(part.dataset.text);
    for (const [id, word] of [['close', 'close'], ['text', 'write'], ['send', 'send'], ['attach', 'file'], ['log', 'log']]) {
      $(id).setAttribute('aria-label', say(word));
    }
    $('close').textContent = '×';
    $('text').placeholder = say('write');
  }

  /* What the server says */

  const view = {
    take(frame) {
      const to = { welcome, entries, state, typing, ack, no, bye }[frame.t];
      if (to) to(frame);
    },
    keep({ id, text }) { host({ t: 'keep', id, text }); },
    drop(id) { host({ t: 'drop', id }); },
    lost() { status('offline'); },
    found() { status(''); },
  };

  function welcome(frame) {
    limits = frame;
    lastSeen = Math.max(lastSeen, frame.read);
    $('title').textContent = document.title = frame.title || 'Chat';
    $('away').textContent = frame.away || say('awayText');
    $('attach').hidden = !frame.files;
    $('who').hidden = frame.known;
    $('consent').hidden = frame.known || !frame.consent;
    $('consent').textContent = frame.consent;
    if (frame.consent_url) {
      const link = address(frame.consent_url, say('consent'));
      if (link) $('consent').append(' ', link);
    }
    if (frame.greeting && !$('greeting') && !lines.size) {
      const greeting = bubble({ text: frame.greeting });
      greeting.id = 'greeting';
      $('log').append(greeting);
    }
  }

  function entries(frame) {
    let newest = 0;
    for (const entry of frame.entries) {
      if (!entry.mine) newest = entry.seq;
      const key = entry.mine ? entry.id : entry.seq;
      const known = lines.get(key);
      if (known) { known.seq = entry.seq; stamp(known, entry.at); place(known); } else show(key, entry);
    }
    if (newest) { typing({ on: false }); if (!look()) line.say({ t: 'got', upto: newest }); }
    host({ t: 'talked' });
    marks();
  }

  function state(frame) {
    Object.assign(reached, frame);
    status('');
    $('leave').hidden = frame.there || left !== '';
    marks();
  }
  const reached = { got: 0, seen: 0, there: true };

  let still;
  function typing({ on }) {
    $('typing').textContent = on ? say('typing') : '';
    clearTimeout(still);
    if (on) still = setTimeout(typing, 8000, { on: false });
  }

  function ack({ id, seq, at }) {
    problem('');
    const known = lines.get(id);
    if (known) { known.seq = seq; stamp(known, at); place(known); }
    if (id === leaving) {
      left = $('leave-mail').value;
      $('leave').hidden = true;
      status('');
      $('problem').textContent = '';
      $('log').append(make('p', '', say('left', left)));
    }
    host({ t: 'talked' });
    $('who').hidden = $('consent').hidden = true;
    marks();
  }

  function no({ id, why, wait }) {
    if (wait) return problem(say(why === 'slow' ? 'slow' : 'full'));
    if (id === leaving) return problem(say('badMail'));
    if (why === 'files') problem(say('noFile'));
    const known = lines.get(id);
    if (known) { known.failed = true; marks(); }
  }

  function bye({ why }) {
    if (why === 'stranger') { line.end(); host({ t: 'renew' }); }
    if (why === 'site') { line.end(); problem(say('unavailable')); }
  }

  function status(word) {
    $('status').textContent = say(word || (reached.there ? 'here' : 'away'));
  }

  function problem(text) { $('problem').textContent = text; }

  /* Lines */

  function show(key, entry) {
    $('greeting')?.remove();
    const node = bubble(entry);
    const known = { key, seq: entry.seq || Infinity, mine: entry.mine, node };
    lines.set(key, known);
    if (entry.at) stamp(known, entry.at);
    place(known);
    return known;
  }

  function bubble({ mine, text, files = [] }) {
    const node = make('div', mine ? 'line mine' : 'line');
    node.append(make('span', 'heard', (mine ? say('you') : limits.title || 'Chat') + ': '));
    node.append(...linked(text || ''), ...files.map(attached), make('footer'));
    return node;
  }

  function place(known) {
    const next = [...lines.values()].filter((other) => other.seq > known.seq).sort((a, b) => a.seq - b.seq)[0];
    const low = $('log').scrollHeight - $('log').scrollTop - $('log').clientHeight < 80;
    const before = next ? next.node : null;
    if (known.node.parentNode !== $('log') || known.node.nextSibling !== before) $('log').insertBefore(known.node, before);
    if (low || known.mine) $('log').scrollTop = $('log').scrollHeight;
  }

  function stamp(known, at) {
    const moment = new Date(at), today = moment.toDateString() === new Date().toDateString();
    const shape = today ? { timeStyle: 'short' } : { dateStyle: 'short', timeStyle: 'short' };
    known.time = make('time', '', moment.toLocaleString(lang, shape));
    known.time.dateTime = moment.toISOString();
    known.node.lastChild.replaceChildren(known.time);
  }

  function marks() {
    const mine = [...lines.values()].filter((known) => known.mine);
    for (const known of mine) {
      const word = known.failed ? 'failed' : known.seq === Infinity ? 'sending'
        : known.seq <= reached.seen ? 'seen' : known.seq <= reached.got ? 'delivered' : 'sent';
      const quiet = known !== mine[mine.length - 1] && word !== 'failed' && word !== 'sending';
      known.node.lastChild.replaceChildren(...(known.time ? [known.time] : []), quiet ? '' : ' ' + say(word));
    }
  }

  /* Whether somebody looks: then what is here was seen. */
  function look() {
    const newest = Math.max(0, ...[...lines.values()].filter((known) => !known.mine).map((known) => known.seq));
    const looked = open && !document.hidden;
    if (looked && newest > lastSeen && line.say({ t: 'got', upto: newest, seen: true })) lastSeen = newest;
    const count = [...lines.values()].filter((known) => !known.mine && known.seq > lastSeen).length;
    if (page) host({ t: 'unread', count: looked ? 0 : count });
    return looked;
  }

  function linked(text) {
    const parts = [], pattern = /\bhttps?:\/\/[^\s<>"]*[^\s<>"'.,;:!?)\]]|\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+/gi;
    let from = 0;
    for (const found of text.matchAll(pattern)) {
      const link = address(found[0].includes('://') ? found[0] : 'mailto:' + found[0], found[0]);
      if (!link) continue;
      parts.push(text.slice(from, found.index), link);
      from = found.index + found[0].length;
    }
    return [...parts, text.slice(from)];
  }

  function address(target, text) {
    let url;
    try { url = new URL(target); } catch { return null; }
    if (!['http:', 'https:', 'mailto:'].includes(url.protocol)) return null;
    const link = make('a', '', url.protocol === 'mailto:' || text !== target ? text : url.href);
    link.href = url.href;
    link.target = '_blank';
    link.rel = 'noopener noreferrer nofollow';
    return link;
  }

  /* Files */

  const headers = () => ({ 'X-Hello': encodeURIComponent(JSON.stringify({ t: 'hello', ...hello })) });

  function attached({ id, name, type, size }) {
    const button = make('button', 'file', name + ' (' + Math.ceil(size / 1000) + ' kB)');
    button.type = 'button';
    button.onclick = async () => {
      const link = make('a');
      const url = link.href = await fetched(id);
      link.download = name;
      link.click();
      setTimeout(() => URL.revokeObjectURL(url), 10000);
    };
    if (/^image\/(png|jpeg|gif|webp)$/.test(type)) {
      fetched(id).then((url) => { const image = make('img'); image.alt = name; image.src = url; button.replaceChildren(image); }).catch(() => {});
    }
    return button;
  }

  async function fetched(id) {
    const reply = await fetch('files/' + encodeURIComponent(id), { headers: headers(), credentials: 'omit' });
    if (!reply.ok) throw new Error(reply.status);
    return URL.createObjectURL(await reply.blob());
  }

  $('attach').onclick = () => $('file').click();
  $('file').onchange = async () => {
    const [file] = $('file').files;
    $('file').value = '';
    if (!file) return;
    if (file.size > limits.files) { problem(say('size', limits.files / 1e6)); return; }
    try {
      const reply = await fetch('files', {
        method: 'POST', body: file, credentials: 'omit', headers: { ...headers(), 'X-Name': encodeURIComponent(file.name) },
      });
      if (!reply.ok) { problem(say(reply.status === 415 ? 'kind' : 'noFile')); return; }
      const info = await reply.json();
      write({ t: 'say', id: crypto.randomUUID(), text: '', files: [info.id] }, [info]);
    } catch { problem(say('noFile')); }
  };

  /* The visitor writes */

  function write(frame, files) {
    show(frame.id, { mine: true, text: frame.text, files });
    marks();
    line.put(frame);
  }

  let typed = 0, idle;
  function stopped() { if (typed) { typed = 0; line.say({ t: 'typing', on: false }); } }
  $('text').oninput = () => {
    clearTimeout(idle);
    idle = setTimeout(stopped, 4000);
    if (Date.now() - typed > 5000 && line.say({ t: 'typing', on: true })) typed = Date.now();
  };
  $('text').onkeydown = (event) => {
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) { event.preventDefault(); $('composer').requestSubmit(); }
  };
  $('composer').onsubmit = (event) => {
    event.preventDefault();
    const text = $('text').value.trim();
    if (!text) return;
    problem('');
    introduce();
    clearTimeout(idle);
    typed = 0;
    $('text').value = '';
    write({ t: 'say', id: crypto.randomUUID(), text });
  };

  function introduce() {
    const name = $('who-name').value.trim(), mail = $('who-mail').value.trim();
    if (name || mail) line.say({ t: 'who', name, mail });
  }
  $('who').onchange = introduce;

  let leaving;
  $('leave').onsubmit = (event) => {
    event.preventDefault();
    leaving = crypto.randomUUID();
    line.put({ t: 'leave', id: leaving, mail: $('leave-mail').value.trim(), name: $('who-name').value.trim(), trap: $('trap').value });
  };
  $('close').onclick = () => host({ t: 'close' });
})();
