// Finds what looks like a secret in a text: an alert may carry the stolen secret itself, and what leaves this folder is
// logged, sent and kept. Errs towards removing. Hexadecimal tokens cannot be told from commit and finding ids, so they stay.

const REMOVED = '[removed]';

/** Forms that say what they are: private keys, JSON Web Tokens, tokens with their vendor's prefix. */
const FORMS: readonly RegExp[] = [
  /-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[\s\S]*/g,
  /eyJ[\w-]{8,}\.[\w-]{4,}(?:\.[\w-]+)*/g,
  /(?:gh[pousr]_|github_pat_|glpat-|xox[abeprs]-|ya29\.|AIza|sk-|hvs\.)[\w.~+/-]{16,}/g,
];

/** `secret_access_key = …`, `"password": "…"`. */
const LABELLED =
  /((?:secret|password|passwd|token|api[_-]?key|private[_-]?key)[\w-]{0,24}["']?\s{0,3}[=:]\s{0,3}["']?)[^\s"',;&]{6,}/gi;

/** AWS secret access keys (40 characters) and session tokens (hundreds) have no mark of their own. */
const RUN = /[A-Za-z0-9/+]{40,}/g;

export function withoutSecrets(text: string): string {
  let clean = text;
  for (const form of FORMS) clean = clean.replace(form, REMOVED);
  clean = clean.replace(LABELLED, `$1${REMOVED}`);
  return clean.replace(RUN, (run) => (isRandom(run) ? REMOVED : run));
}

export function looksSecret(text: string): boolean {
  return withoutSecrets(text) !== text;
}

function isRandom(run: string): boolean {
  // In an ARN the name's run begins with the kind of resource.
  const rest = run.replace(/^(?:user|role|group)\//, '');
  if (!/[a-z]/.test(rest) || !/[A-Z]/.test(rest) || !/\d/.test(rest)) return false;
  // Long names that tools make of words (CloudFormation's logical ids) have neither sign.
  return rest.length === 40 || rest.length >= 100 || (rest.length > 40 && /[/+]/.test(rest));
}
