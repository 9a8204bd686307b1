// What a class leaves out and the runbook's `defaults` say for it, phase by phase and gate by gate. Pure; it invents nothing:
// what stands in neither place is missing.

const PHASES = ['triage', 'containment', 'recovery', 'hardening'] as const;

/** The parts of a class that `defaults` may say, and what each is made of. */
export const DEFAULTED = {
  holders: PHASES,
  clocks: PHASES,
  ladders: PHASES,
  gates: ['risk', 'act', 'irreversible', 'close'],
} as const;

type Part = keyof typeof DEFAULTED;
type Parts = { [P in Part]?: Readonly<Record<string, unknown>> | undefined };

export type Place = readonly [part: Part] | readonly [part: Part, of: string];

/** The class with its defaults, and the places that stand in neither; where the whole part is missing, the part alone. */
export function withDefaults<C extends Parts>(written: C, defaults: Parts): { filled: C; missing: Place[] } {
  const missing: Place[] = [];
  const parts: Parts = {};
  for (const [name, members] of Object.entries(DEFAULTED)) {
    const part = name as Part;
    const said: Record<string, unknown> = { ...present(defaults[part]), ...present(written[part]) };
    const absent = members.filter((member) => !Object.hasOwn(said, member));
    if (absent.length === members.length) missing.push([part]);
    else missing.push(...absent.map((member) => [part, member] as const));
    parts[part] = said;
  }
  return { filled: { ...written, ...parts }, missing };
}

const present = (part: Readonly<Record<string, unknown>> | undefined): Record<string, unknown> =>
  Object.fromEntries(Object.entries(part ?? {}).filter(([, value]) => value !== undefined));
