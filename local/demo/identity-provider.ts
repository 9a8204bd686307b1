// The company's identity provider of the demo: a page that asks for user name and password, and ID tokens for whoever knows theirs.
// Usage: node identity-provider.js ACCOUNTS_FILE. Its first line says where it is.
import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { identityProvider } from '../identity-provider.ts';
import { type Account, CLIENT } from './accounts.ts';

/** What is said of how they showed who they are: a password, and nothing more. */
const AMR = ['pwd'];

const accounts = JSON.parse(await readFile(process.argv[2] ?? '', 'utf8')) as Account[];

const { issuer } = await identityProvider({
  client: CLIENT,
  claimsOf: (subject) => ({
    amr: AMR,
    groups: accounts.find((account) => account.subject === subject)?.groups ?? [],
  }),
  async atBrowser(request, response) {
    const typed = await formOf(request);
    if (typed === null) return asks(response, 'Log in to go on.');
    const account = accounts.find(({ username }) => username === typed.get('username'));
    if (account === undefined || account.password !== typed.get('password'))
      return asks(response, 'User name and password do not fit.');
    return { accountId: account.subject, amr: AMR };
  },
});
console.log(`listening at ${issuer}`);

/** null: nothing was sent yet. */
async function formOf(request: IncomingMessage): Promise<URLSearchParams | null> {
  return request.method === 'POST' ? new URLSearchParams(await text(request)) : null;
}

function asks(response: ServerResponse, says: string): null {
  response
    .writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' })
    .end(`<!doctype html><html lang="en"><title>Log in</title>
<h1>The demo's identity provider</h1><p>${says}</p>
<form action="" method="post">
<p><label>User name <input name="username" autocomplete="username" autofocus required></label></p>
<p><label>Password <input name="password" type="password" autocomplete="current-password" required></label></p>
<p><button>Log in</button></p>
</form></html>
`);
  return null;
}
