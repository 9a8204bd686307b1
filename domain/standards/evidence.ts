// Which outcomes of the frameworks a record is evidence of, and by which of its lines. Pure, over lines whose chain holds.
// It claims no act that was not seen: a step that was skipped (a drill, observe mode) or merely applied evidences none.
import type { Detection, Fact } from '../detection/detection.schema.ts';
import type { EventData, EventType } from '../incident/event.ts';
import type { Instant } from '../instant/instant.ts';
import type { Plan } from '../plan/plan.schema.ts';
import type { RecordedEvent } from '../record/record.ts';
import { ALERT_OUTCOMES } from './alerts.ts';
import { FACT_OUTCOMES } from './facts.ts';
import { FOLLOW_UP_END_OUTCOMES, FOLLOW_UP_OUTCOMES } from './follow-ups.ts';
import {
  type About,
  applies,
  FRAMEWORKS,
  inOrder,
  listed,
  type Outcome,
  type Outcomes,
} from './frameworks.ts';
import { GATE_OUTCOMES } from './gates.ts';
import { BY_HAND_OUTCOMES, kindOutcomes } from './kinds.ts';
import { CONTAINED, LINE_OUTCOMES, RECOVERED, SET_ASIDE, TOLD_IN_RECOVERY } from './lines.ts';
import { PHASE_OUTCOMES } from './phases.ts';

export interface EvidenceLine {
  seq: number;
  at: Instant;
  type: string;
  /** Why this line: `step s1 (aws/quarantine) was seen`. Empty where its type says it. */
  because: string;
}

export interface Evidence extends Outcome {
  says: string;
  lines: EvidenceLine[];
}

/** What earlier lines said, as far as a later one needs it. */
interface Known {
  plans: Plan[];
  hashes: string[];
  approved: Plan | null;
  /** What may be put on before anybody has decided. */
  automatic: Plan | null;
  /** Some step of the approved plan was left out: it is not contained, it only went on. */
  skipped: boolean;
  phase: string;
  about: About;
}

interface Found {
  outcomes: Outcomes;
  because: string;
}

type Reader<T extends EventType> = (data: EventData[T], known: Known) => Found[];

/** Lines whose content decides, beside what their type says. */
const READERS: { [T in EventType]?: Reader<T> } = {
  opened: ({ detection }, known) => alertShows([detection], known),
  detectionJoined: ({ detections }, known) => alertShows(detections, known),
  becameReal(_, known) {
    Object.assign(known, { approved: null, automatic: null, skipped: false, phase: 'triage' });
    return [];
  },
  discovered: ({ found }, known) => factsShow(found.facts, known),
  plansMade({ plans, automatic }, known) {
    known.automatic = automatic?.plan ?? known.automatic;
    known.plans = plans.map(({ plan }) => plan);
    known.hashes = plans.map(({ hash }) => hash);
    return [];
  },
  planApproved({ plan }, known) {
    known.approved = known.plans[known.hashes.indexOf(plan)] ?? null;
    known.skipped = false;
    return [];
  },
  // Facts are corrected by a statement. Records of earlier versions have neither facts nor what came later there.
  assessed: (data, known) => [
    ...judgedShows(data),
    ...factsShow((data as { facts?: Fact[] | null }).facts ?? [], known),
  ],
  recalled: ({ earlier }) =>
    earlier === null
      ? []
      : [
          {
            outcomes: { csf: ['RS.AN-03'] },
            because: `attacked before, closed as ${earlier.closedAs} ${earlier.closedAt}`,
          },
        ],
  preflighted: ({ executor, missing, unknown }) =>
    unknown !== null
      ? []
      : [
          {
            outcomes: { csf: ['PR.AA-05'] },
            because: `the permissions of ${executor} were looked at${missing.length === 0 ? '' : `: ${missing.length} missing`}`,
          },
        ],
  followUpsFound: ({ followUps }) =>
    followUps.map(({ id, kind, says }) => ({
      outcomes: FOLLOW_UP_OUTCOMES[kind] ?? {},
      because: `${id}, ${kind}: ${says}`,
    })),
  followUpEnded: ({ id, as, person }) => [
    { outcomes: FOLLOW_UP_END_OUTCOMES[as] ?? {}, because: `${id} ended as ${as}, says ${person}` },
  ],
  confirmedByHand({ step, person }, { approved }) {
    const known = approved?.steps.find(({ id }) => id === step);
    if (known === undefined) return [];
    return [
      { outcomes: BY_HAND_OUTCOMES[known.phase], because: `step ${step}, by hand, confirmed by ${person}` },
    ];
  },
  // A record can be closed as something else than resolved: what a met close gate means stands in `closed`.
  gateMet: ({ name }) =>
    name === 'close' ? [] : [{ outcomes: GATE_OUTCOMES[name] ?? {}, because: `the ${name} gate was met` }],
  phaseEntered({ phase }, known) {
    known.phase = phase;
    if (phase === 'closed') return [];
    return [{ outcomes: PHASE_OUTCOMES[phase] ?? {}, because: `${phase} began` }];
  },
  noticeDelivered: (_, { phase }) =>
    phase === 'recovery' ? [{ outcomes: TOLD_IN_RECOVERY, because: 'told during recovery' }] : [],
  stepSkipped(_, known) {
    known.skipped = true;
    return [];
  },
  stepSeen: ({ steps }, { approved, automatic }) =>
    steps.flatMap((id) => {
      const step = (approved ?? automatic)?.steps.find((one) => one.id === id);
      if (step === undefined) return [];
      const what = step.verb === 'undo' ? `undo of ${step.kind}` : step.kind;
      return [{ outcomes: kindOutcomes(step.kind, step.verb), because: `step ${id} (${what}) was seen` }];
    }),
  contained: (_, { skipped }) =>
    skipped ? [] : [{ outcomes: CONTAINED, because: 'every step of containment was seen' }],
  recovered: (_, { skipped }) =>
    skipped ? [] : [{ outcomes: RECOVERED, because: 'seen, and attested by the owner' }],
  attested: ({ verdict, person }, { skipped }) =>
    verdict === 'works' && !skipped
      ? [{ outcomes: RECOVERED, because: `${person} says that the service works` }]
      : [],
  closed({ as }) {
    if (as === 'resolved') return [{ outcomes: GATE_OUTCOMES.close, because: 'closed as resolved' }];
    return ['falsePositive', 'duplicate'].includes(as)
      ? [{ outcomes: SET_ASIDE, because: `closed as ${as}` }]
      : [];
  },
};

/** In the order of the frameworks' tables; each with every line that evidences it, in the record's order. */
export function evidencedBy(events: readonly RecordedEvent[]): Evidence[] {
  const known: Known = {
    plans: [],
    hashes: [],
    approved: null,
    automatic: null,
    skipped: false,
    phase: 'triage',
    about: { human: false, agent: false },
  };
  const all = new Map<string, Evidence>();
  for (const { seq, at, type, data } of events) {
    for (const { outcomes, because } of readLine(type, data, known)) {
      for (const outcome of listed(outcomes)) {
        const name = `${outcome.framework} ${outcome.id}`;
        const evidence = all.get(name) ?? {
          ...outcome,
          says: FRAMEWORKS[outcome.framework].says[outcome.id] ?? '',
          lines: [],
        };
        // The line is named once, by the more telling reason.
        const last = evidence.lines.at(-1);
        if (last?.seq !== seq) evidence.lines.push({ seq, at, type, because });
        else if (!last.because.includes(because))
          last.because += last.because === '' ? because : `; ${because}`;
        all.set(name, evidence);
      }
    }
  }
  // What is asked of agents counts from the first line, also where a later one says that it is an agent.
  return inOrder([...all.values()].filter((one) => applies(one, known.about)));
}

function readLine(type: string, data: unknown, known: Known): Found[] {
  const named = Object.hasOwn(LINE_OUTCOMES, type) ? LINE_OUTCOMES[type as EventType] : undefined;
  const reader = (Object.hasOwn(READERS, type) ? READERS[type as EventType] : undefined) as
    | Reader<EventType>
    | undefined;
  return [
    ...(named === undefined ? [] : [{ outcomes: named, because: '' }]),
    ...(reader?.(data as EventData[EventType], known) ?? []),
  ];
}

function judgedShows(data: Partial<EventData['assessed']>): Found[] {
  const { verdict, impact, touched, level, priority, owner } = data;
  const found = (says: string | null, outcomes: Outcomes): Found[] =>
    says === null ? [] : [{ outcomes, because: says }];
  const magnitude = [
    ...(impact == null ? [] : [`impact ${impact}`]),
    ...(touched === undefined || touched.length === 0 ? [] : [`touched ${touched.join(', ')}`]),
  ];
  const rank = [level, priority].filter((word) => word != null);
  return [
    ...found(verdict == null ? null : `verdict ${verdict}`, { csf: ['RS.MA-02'] }),
    ...found(magnitude.length === 0 ? null : magnitude.join(', '), { csf: ['RS.AN-08'] }),
    ...found(rank.length === 0 ? null : rank.join(', '), { csf: ['RS.MA-03'] }),
    ...found(owner == null ? null : `owner ${owner}`, { csf: ['GV.RR-02'] }),
  ];
}

function alertShows(detections: readonly Detection[], known: Known): Found[] {
  return detections.flatMap((detection) => [
    ...ALERT_OUTCOMES.filter(({ when }) => when(detection)).map(({ outcomes, says }) => ({
      outcomes,
      because: `the alert of ${detection.source}: ${says}`,
    })),
    ...factsShow(detection.classification, known),
  ]);
}

function factsShow(
  facts: readonly { fact: string; value: boolean; evidence: string }[],
  known: Known,
): Found[] {
  return facts
    .filter(({ value }) => value)
    .flatMap(({ fact, evidence }) => {
      if (fact === 'human' || fact === 'agent') known.about = { ...known.about, [fact]: true };
      if (!Object.hasOwn(FACT_OUTCOMES, fact)) return [];
      return [{ outcomes: FACT_OUTCOMES[fact as Fact['fact']], because: `${fact}, by ${evidence}` }];
    });
}
