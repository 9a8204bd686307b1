// MITRE ATT&CK: ids and names of the techniques that an alert can show. © The MITRE Corporation. This work is reproduced and
// distributed with the permission of The MITRE Corporation. What attackers do: an id says what the alert reports, not that it is true.

export const ATTACK = {
  'T1078.004': 'Valid Accounts: Cloud Accounts',
  T1199: 'Trusted Relationship',
  'T1550.001': 'Use Alternate Authentication Material: Application Access Token',
  T1552: 'Unsecured Credentials',
} as const;

export type AttackId = keyof typeof ATTACK;
