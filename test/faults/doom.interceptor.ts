// Part of the workflow bundle of orchestrators that are to die: says how long the history is when a workflow task has been
// decided and nothing of it is reported yet. That is the worst moment to die.
import { proxySinks, type Sinks, type WorkflowInterceptors, workflowInfo } from '@temporalio/workflow';

export interface DoomSinks extends Sinks {
  doom: { decided(historyLength: number): void };
}

const { doom } = proxySinks<DoomSinks>();

export const interceptors = (): WorkflowInterceptors => ({
  internals: [
    {
      concludeActivation(input, next) {
        doom.decided(workflowInfo().historyLength);
        return next(input);
      },
    },
  ],
});
