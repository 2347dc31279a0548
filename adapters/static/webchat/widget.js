/* The website's chat: a button on the shop's page, and behind it a frame from the chat server.
 *
 *   <script async src="https://chat.example.com/widget.js"></script>
 *
 * Optional, as data-… attributes: lang, theme (light, dark), color (#rrggbb); and where the shop's login vouches for
 * its customer: user, name, mail, until, signature. What must outlive a reload is kept on this page, because frames
 * of other origins have no storage: the visitor's token, and words that are not sent yet. */
(() => {
  'use strict';
  const script = document.currentScript, data = script.dataset;
  const base = new URL('.', script.src), home = base.origin;
  const lang = (data.lang || document.documentElement.lang || navigator.language || 'en').slice(0, 2).toLowerCase();
  const shop = 'agent-chat', mine = data.user ? shop + ':' + data.user : shop;
  const safe = (work) => { try { return work(); } catch { /* the browser keeps nothing: this page must do */ } };
  const kept = safe(() => localStorage[shop] !== 0 && localStorage) || {};  // read and written as an object
  const tab = safe(() => sessionStorage[shop] !== 0 && sessionStorage) || {};
  const renew = () => {
    const bytes = crypto.getRandomValues(new Uint8Array(32));
    const token = btoa(String.fromCharCode(...bytes)).replace(/\+/g, '-').replace(/\//g, '_').replace(/=/g, '');
    safe(() => { kept[mine] = token; });
  };
  if (!kept[mine]) {  // who signs in takes along what was said before
    if (kept[shop]) { for (const end of ['', '!']) { kept[mine + end] = kept[shop + end] || ''; delete kept[shop + end]; } } else renew();
  }

  const root = document.createElement('div'), shadow = root.attachShadow({ mode: 'open' });
  const button = document.createElement('button'), badge = document.createElement('span');
  const color = /^#[0-9a-f]{6}$/i.test(data.color) ? data.color : '#1d4ed8';
  const at = 'position:fixed;z-index:2147483000;right:20px;bottom:20px;border:0;';
  button.style.cssText = at + 'width:56px;height:56px;border-radius:28px;cursor:pointer;box-shadow:0 2px 10px #0006;'
    + 'padding:14px;box-sizing:border-box;background:' + color;
  badge.style.cssText = 'position:absolute;right:-2px;top:-4px;border-radius:10px;min-width:20px;font:bold 13px/20px sans-serif;'
    + 'background:#b91c1c;color:#fff';
  const icon = document.createElement('span'), [r, g, b] = [1, 3, 5].map((i) => parseInt(color.slice(i, i + 2), 16));
  icon.style.cssText = 'display:block;height:100%;clip-path:polygon(0 0,100% 0,100% 75%,45% 75%,15% 100%,15% 75%,0 75%);'
    + 'background:' + (r * 299 + g * 587 + b * 114 > 150000 ? '#000' : '#fff');
  button.append(icon, badge);
  shadow.append(button);

  let frame, open = false, unread = 0;
  const tell = (message) => frame.contentWindow.postMessage(message, home);
  const start = () => tell({
    t: 'start', token: kept[mine], lang, color, open, data: { ...data },
    queue: Object.keys(kept).filter((key) => key.startsWith(mine + '?')).map((key) => [key.slice(mine.length + 1), kept[key]]),
  });
  const load = () => {
    frame = document.createElement('iframe');
    frame.title = 'Chat';
    frame.setAttribute('sandbox', 'allow-scripts allow-same-origin allow-forms allow-popups allow-popups-to-escape-sandbox allow-downloads');
    frame.src = base + 'frame';
    frame.onload = start;
    shadow.prepend(frame);
  };
  const show = () => {
    button.setAttribute('aria-label', 'Chat' + (unread ? ' (' + unread + ')' : ''));
    button.setAttribute('aria-expanded', open);
    badge.textContent = unread || '';
    const small = innerWidth < 480;
    if (frame) {
      frame.style.cssText = at + 'border-radius:12px;box-shadow:0 4px 24px #0006;width:min(380px,100vw);color-scheme:normal;'
        + (small ? 'right:0;bottom:0;width:100%;height:100%;border-radius:0;' : 'bottom:90px;height:min(600px,calc(100vh - 110px));')
        + (open ? '' : 'display:none');
    }
    button.hidden = small && open;
  };
  const toggle = (to) => {
    open = to;
    tab[shop] = to ? 1 : '';
    if (!frame) load();
    else tell({ t: 'open', open });
    show();
    if (!open) button.focus();
  };
  button.onclick = () => toggle(!open);
  addEventListener('resize', show);
  addEventListener('message', ({ origin, source, data: said }) => {
    if (!frame || origin !== home || source !== frame.contentWindow) return;
    if (said.t === 'close') toggle(false);
    if (said.t === 'keep') safe(() => { kept[mine + '?' + said.id] = said.text; kept[mine + '!'] = 1; });
    if (said.t === 'drop') delete kept[mine + '?' + said.id];
    if (said.t === 'talked') kept[mine + '!'] = 1;
    if (said.t === 'unread') { unread = said.count; show(); }
    if (said.t === 'renew') { renew(); start(); }
  });
  const begin = () => {
    document.body.append(root);
    if (tab[shop]) toggle(true);
    else if (kept[mine + '!']) load();  // somebody who was here before sees at once what was answered
    show();
  };
  if (document.body) begin();
  else addEventListener('DOMContentLoaded', begin);
})();
