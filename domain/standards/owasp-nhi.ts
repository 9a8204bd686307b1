// OWASP Non-Human Identities Top 10, 2025: ids and titles. © the OWASP Foundation, CC BY-SA 4.0; nothing else of it is taken over.
// They are risks: an id here says which risk an incident is about or which one a step works against, never that there is none left.

export const OWASP_NHI = {
  NHI1: 'Improper Offboarding',
  NHI2: 'Secret Leakage',
  NHI3: 'Vulnerable Third-Party NHI',
  NHI5: 'Overprivileged NHI',
  NHI6: 'Insecure Cloud Deployment Configurations',
  NHI7: 'Long-Lived Secrets',
} as const;

export type NhiId = keyof typeof OWASP_NHI;
