// The picture of what an identity can reach, of one that reaches nothing: tests put into it what they are about.
import type { Access } from '../../../domain/access/access.schema.ts';

const none = { first: [], more: 0 };
export const reachingNothing: Access = {
  groups: none,
  policies: none,
  boundary: null,
  roles: none,
  elsewhere: none,
  secrets: none,
  organisation: null,
  unread: [],
};
