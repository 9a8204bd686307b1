// Why a channel did not take a notice. Its message stands in the record, so it is made of our own words and of codes alone:
// never of an address, a header, a body, or what the other side answered, any of which may hold a secret.

export class ChannelError extends Error {
  readonly code = 'channelFailed';
  /** To try the same again would fail alike: people must change something first. */
  readonly permanent: boolean;

  constructor(reason: string, { permanent = false }: { permanent?: boolean } = {}) {
    super(reason);
    this.name = 'ChannelError';
    this.permanent = permanent;
  }
}

/** What may be said of any error. A system's code is a word of a closed list (`ECONNREFUSED`); its message is not. */
export function asChannelError(error: unknown): ChannelError {
  if (error instanceof ChannelError) return error;
  const code = codeOf(error);
  return new ChannelError(code === null ? 'it failed without a known reason' : `it failed (${code})`);
}

export function codeOf(error: unknown): string | null {
  const code = (error as { code?: unknown } | null | undefined)?.code;
  return typeof code === 'string' && /^[A-Z][A-Z0-9_]{2,60}$/.test(code) ? code : null;
}
