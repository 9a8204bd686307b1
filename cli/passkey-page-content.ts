// What the page of a passkey shows and does in the browser. It is text to this program; the browser runs it.

export const HTML = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>custody</title>
<link rel="stylesheet" href="/page.css">
<script src="/webauthn.js" defer></script>
<script src="/page.js" defer></script>
</head>
<body>
<main>
<h1>custody</h1>
<pre id="shown"></pre>
<button id="go" type="button" disabled>One moment</button>
<p id="says" role="status"></p>
</main>
</body>
</html>
`;

export const STYLE = `:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; border-left: 3px solid; padding-left: 1rem; }
button { font: inherit; padding: 0.6rem 1.2rem; }
`;

/** Everything shown is put in as text, never as markup. */
export const SCRIPT = `'use strict';
const token = location.hash.slice(1);
history.replaceState(null, '', '/');
// The address of a next question, in the tab of this one.
addEventListener('hashchange', () => location.reload());
const at = (id) => document.getElementById(id);
const post = (path, body) =>
  fetch(path, { method: 'POST', headers: { 'x-custody-token': token, 'content-type': 'application/json' }, body });
const say = (text) => { at('says').textContent = text; };

async function begin() {
  const answer = await post('/ask', '{}');
  if (!answer.ok) { say('This page was used already: look at the terminal.'); return; }
  const asked = await answer.json();
  at('shown').textContent = asked.shown.join('\\n');
  const go = at('go');
  go.textContent = asked.does === 'use' ? 'Sign with your passkey' : 'Make a passkey';
  go.disabled = false;
  go.addEventListener('click', () => void act(asked, go));
}

async function act(asked, go) {
  go.disabled = true;
  const { startAuthentication, startRegistration } = SimpleWebAuthnBrowser;
  try {
    const start = asked.does === 'use' ? startAuthentication : startRegistration;
    const answer = await start({ optionsJSON: asked.options });
    const taken = await post('/answer', JSON.stringify(answer));
    say(taken.ok ? 'Done. You can close this window.' : 'It was not taken: look at the terminal.');
  } catch (error) {
    say(error.message);
    go.disabled = false;
  }
}

begin().catch(() => say('The terminal does not answer any more.'));
`;
