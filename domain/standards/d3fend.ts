// MITRE D3FEND 1.2.0: ids and names of the techniques that custody's steps are. D3FEND™ © The MITRE Corporation, MIT licence.
// What defenders do. A technique is named for a step's kind; that it was done is evidenced only by a step that was seen.

export const D3FEND = {
  'D3-AL': 'Account Locking',
  'D3-CR': 'Credential Revocation',
  'D3-CRO': 'Credential Rotation',
  'D3-ST': 'Session Termination',
  'D3-UAP': 'User Account Permissions',
  'D3-CCSA': 'Credential Compromise Scope Analysis',
  'D3-RUAA': 'Restore User Account Access',
  'D3-RIC': 'Reissue Credential',
  'D3-ULA': 'Unlock Account',
} as const;

export type D3fendId = keyof typeof D3FEND;
