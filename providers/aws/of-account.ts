// Whether what AWS showed is of the account that was meant: with other credentials a name is somebody else's.
import type { Aws } from './clients.ts';
import { impossible } from './errors.ts';

export function assertOfAccount({ account }: Pick<Aws, 'account'>, arn: string | undefined): void {
  if (arn?.split(':')[4] === account) return;
  throw impossible(
    `This worker's credentials belong to another account than ${account}: give it the right ones.`,
  );
}
