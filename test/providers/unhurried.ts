// What an act gets beside its order where nobody is away and nothing is taken back.
import type { Act } from '../../domain/provider/provider.ts';

export const unhurried: Pick<Act, 'heartbeat' | 'withdrawn'> = {
  heartbeat: () => {},
  withdrawn: new Promise<never>(() => {}),
};
