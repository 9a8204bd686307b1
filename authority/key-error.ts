// What is wrong with a key file, and what to do. Never carries its content, nor a passphrase.
export type KeyErrorCode =
  | 'keyMissing'
  | 'keyReadableByOthers'
  | 'keyMalformed'
  | 'keyExists'
  | 'keyEncrypted'
  | 'passphraseWrong'
  | 'passphraseUnfit'
  | 'personMalformed';

export class KeyError extends Error {
  readonly code: KeyErrorCode;
  constructor(code: KeyErrorCode, message: string) {
    super(message);
    this.name = 'KeyError';
    this.code = code;
  }
}
