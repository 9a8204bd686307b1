// A user or role, as far as what is read of both needs to know it.

export interface Principal {
  arn: string;
  /** For people: `user deploy-robot`, `role deployer`. */
  called: string;
  /** The call that lists its tags: for evidence. */
  tagsBy: string;
}
