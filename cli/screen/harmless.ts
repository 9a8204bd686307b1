// What others wrote (an attacker names their own users) must not move the cursor, hide text or turn it around on a person's screen. Pure.

/** C0 but tab and newline, DEL, C1, and the marks that turn the direction of text. */
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g;

/** For what must stay one line: a line break in a name could forge the next line. */
export const oneLine = (text: string): string => harmless(text.replace(/[\r\n\u2028\u2029]+/g, ' '));

export const harmless = (text: string): string => text.replace(CONTROLS, '\ufffd');
