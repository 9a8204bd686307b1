// A test double for the shape of an answer and nothing else: `SimulatePrincipalPolicy` as AWS documents it (IAM API reference,
// EvaluationResult and ResourceSpecificResult). Where resources are asked about, decision and missing keys stand under each of them,
// and the outer list of missing keys is empty. The emulator decides, but has no such part of the answer.
import type { EvaluationResult, SimulatePrincipalPolicyCommandInput } from '@aws-sdk/client-iam';

/** For `interference.change` of a watched provider. */
export function asDocumented(call: string, input: unknown, answer: Record<string, unknown>): void {
  if (call !== 'iam:SimulatePrincipalPolicy') return;
  const { ResourceArns } = input as SimulatePrincipalPolicyCommandInput;
  if (ResourceArns === undefined) return;
  for (const result of (answer['EvaluationResults'] ?? []) as EvaluationResult[]) {
    result.ResourceSpecificResults = ResourceArns.map((EvalResourceName) => ({
      EvalResourceName,
      EvalResourceDecision: result.EvalDecision,
      MatchedStatements: result.MatchedStatements ?? [],
      MissingContextValues: result.MissingContextValues ?? [],
    }));
    result.MissingContextValues = [];
  }
}
