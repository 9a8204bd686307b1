// A browser without a screen or scripts: it goes where it is sent, keeps cookies for one visit, and types a user name and a password
// where a page asks for one. Enough to log in at an identity provider as a person would.

export interface Credentials {
  username: string;
  password: string;
}

export interface Visit {
  /** What stands there in the end. */
  page: string;
  /** With which nonces an identity provider was asked on the way, the last one last. */
  nonces: string[];
}

const MOST_HOPS = 40;

export async function visited(address: string, login?: Credentials): Promise<Visit> {
  const cookies = new Map<string, string>();
  const nonces: string[] = [];
  let url = new URL(address);
  let typed: URLSearchParams | null = null;
  for (let hop = 0; hop < MOST_HOPS; hop += 1) {
    const nonce = url.searchParams.get('nonce');
    if (nonce !== null && typed === null) nonces.push(nonce);
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response: Response = await fetch(url, {
      redirect: 'manual',
      headers: { cookie },
      ...(typed === null ? {} : { method: 'POST', body: typed }),
    });
    for (const set of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
      cookies.set(name, value);
    }
    const to = response.headers.get('location');
    if (to !== null) {
      await response.body?.cancel();
      url = new URL(to, url);
      typed = null;
      continue;
    }
    const page = await response.text();
    const form = login === undefined ? null : loginForm(page);
    // What was typed and is asked for again was wrong.
    if (form === null || login === undefined || typed !== null) return { page, nonces };
    url = new URL(form.action, url);
    typed = new URLSearchParams({ ...form.hidden, ...login });
  }
  throw new Error(`${address} leads round in circles`);
}

interface Form {
  action: string;
  hidden: Record<string, string>;
}

/** The form of a page that asks for a password; null: it asks for none. */
function loginForm(page: string): Form | null {
  const found = [...page.matchAll(/<form\b([^>]*)>(.*?)<\/form>/gs)].find(([, , inside = '']) =>
    /type="password"/.test(inside),
  );
  if (found === undefined) return null;
  const [, attributes = '', inside = ''] = found;
  const hidden = [...inside.matchAll(/<input\b([^>]*)>/g)]
    .map(([, own = '']) => own)
    .filter((own) => attribute(own, 'type') === 'hidden')
    .map((own) => [attribute(own, 'name'), attribute(own, 'value')] as const);
  return { action: attribute(attributes, 'action'), hidden: Object.fromEntries(hidden) };
}

const attribute = (attributes: string, name: string): string =>
  (new RegExp(`\\b${name}="([^"]*)"`).exec(attributes)?.[1] ?? '').replaceAll('&amp;', '&');
