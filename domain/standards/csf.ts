// Outcomes of the NIST Cybersecurity Framework 2.0 (NIST CSWP 29, February 2024), word for word: those that custody has a part in.
// A work of the United States government, not subject to copyright there. Data: it says what an outcome is, never that it is reached.

export const CSF = {
  'GV.PO-01':
    'Policy for managing cybersecurity risks is established based on organizational context, cybersecurity strategy, and priorities and is communicated and enforced',
  'GV.RR-02':
    'Roles, responsibilities, and authorities related to cybersecurity risk management are established, communicated, understood, and enforced',
  'GV.SC-08':
    'Relevant suppliers and other third parties are included in incident planning, response, and recovery activities',
  'ID.AM-05':
    'Assets are prioritized based on classification, criticality, resources, and impact on the mission',
  'ID.RA-01': 'Vulnerabilities in assets are identified, validated, and recorded',
  'ID.RA-06': 'Risk responses are chosen, prioritized, planned, tracked, and communicated',
  'ID.RA-07': 'Changes and exceptions are managed, assessed for risk impact, recorded, and tracked',
  'ID.IM-03':
    'Improvements are identified from execution of operational processes, procedures, and activities',
  'PR.AA-01':
    'Identities and credentials for authorized users, services, and hardware are managed by the organization',
  'PR.AA-04': 'Identity assertions are protected, conveyed, and verified',
  'PR.AA-05':
    'Access permissions, entitlements, and authorizations are defined in a policy, managed, enforced, and reviewed, and incorporate the principles of least privilege and separation of duties',
  'DE.AE-02': 'Potentially adverse events are analyzed to better understand associated activities',
  'DE.AE-06': 'Information on adverse events is provided to authorized staff and tools',
  'DE.AE-08': 'Incidents are declared when adverse events meet the defined incident criteria',
  'RS.MA-01':
    'The incident response plan is executed in coordination with relevant third parties once an incident is declared',
  'RS.MA-02': 'Incident reports are triaged and validated',
  'RS.MA-03': 'Incidents are categorized and prioritized',
  'RS.MA-04': 'Incidents are escalated or elevated as needed',
  'RS.MA-05': 'The criteria for initiating incident recovery are applied',
  'RS.AN-03':
    'Analysis is performed to establish what has taken place during an incident and the root cause of the incident',
  'RS.AN-06':
    "Actions performed during an investigation are recorded, and the records' integrity and provenance are preserved",
  'RS.AN-07': 'Incident data and metadata are collected, and their integrity and provenance are preserved',
  'RS.AN-08': "An incident's magnitude is estimated and validated",
  'RS.CO-02': 'Internal and external stakeholders are notified of incidents',
  'RS.CO-03': 'Information is shared with designated internal and external stakeholders',
  'RS.MI-01': 'Incidents are contained',
  'RS.MI-02': 'Incidents are eradicated',
  'RC.RP-01':
    'The recovery portion of the incident response plan is executed once initiated from the incident response process',
  'RC.RP-02': 'Recovery actions are selected, scoped, prioritized, and performed',
  'RC.RP-04':
    'Critical mission functions and cybersecurity risk management are considered to establish post-incident operational norms',
  'RC.RP-05':
    'The integrity of restored assets is verified, systems and services are restored, and normal operating status is confirmed',
  'RC.RP-06':
    'The end of incident recovery is declared based on criteria, and incident-related documentation is completed',
  'RC.CO-03':
    'Recovery activities and progress in restoring operational capabilities are communicated to designated internal and external stakeholders',
} as const;

export type CsfId = keyof typeof CSF;
