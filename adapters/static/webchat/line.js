/* The widget's line to the chat server: a WebSocket, or one request after another where no WebSocket gets through.
 *
 * Words wait in a queue until the server has said that it keeps them; each carries an id of its own, so saying it
 * again after a lost connection is harmless. Lines are asked for by the number of the last one here. */
self.Line = class {
  static PING = 25000;
  static PATIENCE = 10000;

  constructor(hello, view) {
    this.hello = hello;
    this.view = view;  // take(frame), keep(item), drop(id), lost(), found()
    this.queue = [];
    this.after = 0;
    this.tries = 0;  // connections in a row that came to nothing
    this.refused = 0;  // WebSockets among them
    this.requests = new Set();
    this.online = () => { if (!this.ready) { this.tries = 0; this.connect(); } };
    this.offline = () => this.retry();
    addEventListener('online', this.online);
    addEventListener('offline', this.offline);
    this.connect();
  }

  end() {
    this.ended = true;
    removeEventListener('online', this.online);
    removeEventListener('offline', this.offline);
    this.hangUp();
  }

  hangUp() {
    clearTimeout(this.timer);
    clearInterval(this.pinging);
    this.ready = this.polling = false;
    this.sending = null;
    const { socket } = this;
    this.socket = null;
    socket?.close();
    for (const request of this.requests) request.abort();
  }

  connect() {
    if (this.ended) return;
    this.hangUp();
    if (this.refused < 2) this.dial();
    else this.poll();
  }

  retry() {
    if (this.ended) return;
    this.hangUp();
    if (++this.tries > 1 || !navigator.onLine) this.view.lost();
    const wait = Math.min(30000, 500 * 2 ** Math.min(this.tries, 7)) * (0.5 + Math.random() / 2);
    this.timer = setTimeout(() => this.connect(), wait);
  }

  begun() {
    this.ready = true;
    this.tries = 0;
    this.view.found();
    this.pump();
  }

  /* A WebSocket */

  dial() {
    const socket = this.socket = new WebSocket(new URL('socket', location.href).href.replace(/^http/, 'ws'));
    let welcome = false;
    const late = setTimeout(() => socket.close(), Line.PATIENCE);
    socket.onopen = () => socket.send(JSON.stringify({ t: 'hello', ...this.hello, after: this.after }));
    socket.onmessage = ({ data }) => {
      this.heard = Date.now();
      for (const frame of JSON.parse(data)) {
        if (frame.t === 'welcome') { welcome = true; this.refused = 0; clearTimeout(late); this.take(frame); this.begun(); }
        else this.take(frame);
      }
    };
    socket.onclose = () => {
      clearTimeout(late);
      if (this.socket !== socket) return;
      if (!welcome && navigator.onLine) this.refused++;
      this.retry();
    };
    this.pinging = setInterval(() => {
      if (!this.ready) return;
      const asked = Date.now();
      this.say({ t: 'ping' });
      setTimeout(() => { if (this.socket === socket && this.heard < asked) socket.close(); }, Line.PATIENCE);
    }, Line.PING);
  }

  /* One request after another */

  async post(frames, wait, fresh) {
    const request = new AbortController(), late = setTimeout(() => request.abort(), (wait + 15) * 1000);
    this.requests.add(request);
    try {
      const reply = await fetch('poll', {
        method: 'POST', signal: request.signal, credentials: 'omit', cache: 'no-store',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ hello: { t: 'hello', ...this.hello, after: this.after }, frames, wait, fresh }),
      });
      if (!reply.ok) throw new Error(reply.status);
      for (const frame of await reply.json()) this.take(frame);
    } finally {
      clearTimeout(late);
      this.requests.delete(request);
    }
  }

  async poll() {
    const until = Date.now() + 60000;
    this.polling = true;
    try {
      await this.post([], 0, true);
      this.begun();
      while (this.polling && Date.now() < until) await this.post([], 20, false);
      this.refused = 1;  // from time to time a WebSocket is tried again
      if (this.polling) this.connect();
    } catch { if (this.polling) this.retry(); }
  }

  /* Both */

  take(frame) {
    if (frame.t === 'bye' && this.polling) this.retry();
    if (frame.t === 'entries') this.after = Math.max(this.after, ...frame.entries.map((entry) => entry.seq));
    if (frame.t === 'ack' || frame.t === 'no') this.answered(frame);
    this.view.take(frame);
  }

  say(frame) {
    if (!this.ready) return false;
    if (this.socket) this.socket.send(JSON.stringify(frame));
    else this.post([frame], 0, false).catch(() => this.polling && this.retry());
    return true;
  }

  /* Words that must arrive: one after another, until the server keeps them. */
  put(frame) {
    this.queue.push(frame);
    if (frame.t === 'say' && !frame.files) this.view.keep(frame);
    this.pump();
  }

  pump() {
    if (this.sending || !this.queue.length || !this.ready) return;
    this.sending = this.queue[0].id;
    if (!this.say(this.queue[0])) this.sending = null;
  }

  answered({ t, id, why, wait }) {
    if (id !== this.sending) return;
    this.sending = null;
    if (t === 'no' && wait) {
      setTimeout(() => this.pump(), wait * 1000);
      return;
    }
    this.queue = this.queue.filter((frame) => frame.id !== id);
    this.view.drop(id);
    this.pump();
  }
};
