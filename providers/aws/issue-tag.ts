// The tag of users for whom custody may make keys. Whoever makes a user's key is that user, so the right to is held to those that
// their owners have marked: an administrator without the tag is out of reach. Who may write it is bounded by deploy/aws/scp-example.json.

export const ISSUE_TAG = { key: 'custody:reissue', value: 'true' } as const;

export const ISSUE_CONDITION = `aws:ResourceTag/${ISSUE_TAG.key}`;
