// What of a person's own environment must not reach the demo and the tests: they cut credentials, so they must not find real ones,
// nor a real Temporal server.
const theirs = /^(AWS_|TEMPORAL_)|^CUSTODY_(RUNBOOK|RECORDS|KEY|POLICY|ISSUER|CLIENT)$/;

/** @param {NodeJS.ProcessEnv} environment @returns {NodeJS.ProcessEnv} */
export function withoutTheirs(environment) {
  const kept = Object.entries(environment).filter(([name]) => !theirs.test(name));
  return {
    ...Object.fromEntries(kept),
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
    TEMPORAL_CONFIG_FILE: '/dev/null',
    // Node 20 is old for the AWS SDK, which says so in every process.
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  };
}
