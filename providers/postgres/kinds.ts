// Every credential kind of PostgreSQL. A new kind is one file and one line here.
import type { CredentialKind } from '../../domain/provider/provider.ts';
import type { Cluster } from './cluster.ts';
import { membership } from './membership.ts';
import { nologin } from './nologin.ts';
import { password } from './password.ts';
import { sessions } from './sessions.ts';

export const kinds: readonly ((cluster: Cluster) => CredentialKind)[] = [
  nologin,
  membership,
  sessions,
  password,
];
