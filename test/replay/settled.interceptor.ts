// Part of the workflow bundle in the replay tests: hands out what the workflow settles, so that its bytes can be compared.
// A replay compares the kinds of commands alone: a record that says something else would pass it.
import { proxySinks, type Sinks, type WorkflowInterceptors } from '@temporalio/workflow';

export interface SettledSinks extends Sinks {
  settled: { lines(request: unknown): void };
}

const { settled } = proxySinks<SettledSinks>();

export const interceptors = (): WorkflowInterceptors => ({
  outbound: [
    {
      scheduleActivity(input, next) {
        if (input.activityType === 'settle') settled.lines(input.args[0]);
        return next(input);
      },
    },
  ],
});
