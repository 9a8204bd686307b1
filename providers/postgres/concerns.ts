// What stands in the way of cutting a role or of bringing its service back, in words that say who can change it. Pure.
import type { Secret } from '../secrets/secret-store.ts';
import { isPowerful } from './powers.ts';
import type { Holdings, Membership, Role } from './roles.ts';

export interface Looked {
  cluster: string;
  role: Role;
  memberships: readonly Membership[];
  /** Those by which others act as the role. */
  members: readonly Membership[];
  reached: readonly string[];
  holdings: Holdings;
  secretId: string | null;
  secret: Secret | null;
  /** Why it could not be looked at; null: it could. */
  unread: string | null;
  /** Why the other one of its pair cannot take over; null: it can. */
  whyNot: string | null;
}

export const concernsOf = (looked: Looked): string[] => all.flatMap((concern) => concern(looked) ?? []);

type Concern = (looked: Looked) => string | readonly string[] | null;

export const superuserSays = (name: string): string =>
  `The role ${name} is a superuser: only another superuser can stop it, and it can take back whatever is done. Act by hand, and look at what it has changed.`;

const superuser: Concern = ({ role: { superuser: is, name } }) => (is ? superuserSays(name) : null);

const makesRoles: Concern = ({ role: { createRole, name } }) =>
  createRole
    ? `The role ${name} has CREATEROLE: the thief may have made other roles, and set the passwords of those that it administers. Look through pg_auth_members for what it administers. Restrict does not take that away.`
    : null;

const administers: Concern = ({ role: { name }, memberships }) =>
  memberships
    .filter((one) => one.member === name && one.admin)
    .map(
      ({ role }) =>
        `The role ${name} administers ${role}: the thief may have let others into it, and with CREATEROLE have set its password. To cut ${name} does not cut that.`,
    );

const becomes: Concern = ({ role: { name }, reached }) =>
  reached.length === 0
    ? null
    : `By ${name} the thief has, or could get, the rights of ${reached.join(', ')}.`;

const membersBecomeIt: Concern = ({ role: { name }, members }) => {
  const list = [...new Set(members.map(({ member }) => member))];
  return list.length === 0
    ? null
    : `Others act as ${name} by their own logins (SET ROLE, or inherited): ${list.join(', ')}. A cut takes that away and ends their sessions; NOLOGIN alone would not.`;
};

const membersAreSuperusers: Concern = ({ members }) =>
  members
    .filter((one) => one.memberIsSuperuser)
    .map(({ member }) => `${member} is a superuser and becomes any role: its membership is left alone.`);

const administeredBy: Concern = ({ role: { name }, memberships }) => {
  const list = memberships.filter((one) => one.role === name && one.admin).map(({ member }) => member);
  return list.length === 0
    ? null
    : `These administer ${name} and can let themselves and others in again: ${[...new Set(list)].join(', ')}. Custody's own workers should be the only ones.`;
};

const notGrantedAgain: Concern = ({ role: { name }, members, reached }) =>
  members
    .filter(({ grantor }) => grantor === name || reached.includes(grantor))
    .map(
      ({ member, grantor }) =>
        `The membership of ${member} was granted by ${grantor}, as whom the thief could act: it is not granted again.`,
    );

const owns: Concern = ({ role: { name }, holdings: { owned, granted, databases } }) =>
  owned + granted === 0
    ? null
    : `The role ${name} owns ${owned} objects and is named in the privileges of ${granted}, in ${databases.join(', ') || 'no database of its own'}. What it owns it could have changed: functions and triggers run as whoever uses them.`;

const until: Concern = ({ role: { name, validUntil } }) =>
  validUntil === null
    ? null
    : `The password of ${name} is VALID UNTIL ${validUntil}. That ends no session, and a new password is held to it too.`;

const secretIsThere: Concern = ({ role: { name }, secretId, secret, unread }) => {
  if (secretId === null)
    return `The runbook does not say where the password of ${name} is kept, so custody cannot replace it: its owner has to. Neither replace-then-cut nor restrict is possible.`;
  if (unread !== null)
    return `The secret ${secretId} cannot be looked at, so custody plans no new password of ${name}. ${unread}`;
  return secret === null
    ? `The secret ${secretId} does not exist where this checker looks: correct it in the runbook. Until then, neither replace-then-cut nor restrict is possible.`
    : null;
};

const nothingToRestrict: Concern = ({ role: { name }, memberships }) =>
  memberships.some((one) => one.member === name && isPowerful(one))
    ? null
    : `The role ${name} administers no other and is a member of none of PostgreSQL's own, so there is nothing to take away beforehand: restrict is not possible.`;

const pair: Concern = ({ role: { name }, whyNot }) =>
  whyNot === null
    ? null
    : `${whyNot} So ${name} gets its new password itself, after it is cut; neither replace-then-cut nor restrict is possible.`;

const all: readonly Concern[] = [
  superuser,
  makesRoles,
  administers,
  becomes,
  membersBecomeIt,
  membersAreSuperusers,
  administeredBy,
  notGrantedAgain,
  secretIsThere,
  pair,
  nothingToRestrict,
  owns,
  until,
];
