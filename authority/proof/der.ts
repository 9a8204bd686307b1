// The one way to write an ECDSA signature: two whole numbers, each as short as can be. Libraries also take others; then one assertion
// would have several forms.
const SEQUENCE = 0x30;
const INTEGER = 0x02;

export function isPlainSignature(bytes: Uint8Array): boolean {
  if (bytes[0] !== SEQUENCE || bytes[1] !== bytes.length - 2) return false;
  const second = endOfInteger(bytes, 2);
  return second !== null && endOfInteger(bytes, second) === bytes.length;
}

/** Where the next thing begins, or null where this is no whole number in its shortest form. */
function endOfInteger(bytes: Uint8Array, at: number): number | null {
  const length = bytes[at + 1] ?? 0;
  const [first = 0, next = 0] = bytes.subarray(at + 2);
  if (bytes[at] !== INTEGER || length === 0 || length > 33) return null;
  const isNegative = first >= 0x80;
  const isPadded = first === 0 && length > 1 && next < 0x80;
  return isNegative || isPadded ? null : at + 2 + length;
}
