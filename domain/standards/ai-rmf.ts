// Outcomes of the NIST AI Risk Management Framework 1.0 (NIST AI 100-1, January 2023), word for word: those about incidents of agents.
// A work of the United States government, not subject to copyright there. They are named only where the identity is an agent's.

export const AI_RMF = {
  'GOVERN 2.1':
    'Roles and responsibilities and lines of communication related to mapping, measuring, and managing AI risks are documented and are clear to individuals and teams throughout the organization',
  'MANAGE 2.3':
    'Procedures are followed to respond to and recover from a previously unknown risk when it is identified',
  'MANAGE 2.4':
    'Mechanisms are in place and applied, and responsibilities are assigned and understood, to supersede, disengage, or deactivate AI systems that demonstrate performance or outcomes inconsistent with intended use',
  'MANAGE 4.1':
    'Post-deployment AI system monitoring plans are implemented, including mechanisms for capturing and evaluating input from users and other relevant AI actors, appeal and override, decommissioning, incident response, recovery, and change management',
  'MANAGE 4.3':
    'Incidents and errors are communicated to relevant AI actors, including affected communities. Processes for tracking, responding to, and recovering from incidents and errors are followed and documented',
} as const;

export type AiRmfId = keyof typeof AI_RMF;
