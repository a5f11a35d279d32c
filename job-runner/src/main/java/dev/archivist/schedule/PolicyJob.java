package dev.archivist.schedule;

import org.quartz.DisallowConcurrentExecution;
import org.quartz.Job;
import org.quartz.JobExecutionContext;

/** One night of one policy, whose name is that of the job. */
@DisallowConcurrentExecution
public final class PolicyJob implements Job {
  private final EnabledPolicies policies;

  PolicyJob(EnabledPolicies policies) {
    this.policies = policies;
  }

  @Override
  public void execute(JobExecutionContext context) {
    String policy = context.getJobDetail().getKey().getName();
    policies.runIfEnabled(policy).ifPresent(context::setResult);
  }
}
