package dev.archivist.schedule;

import org.quartz.DisallowConcurrentExecution;
import org.quartz.Job;
import org.quartz.JobExecutionContext;
import org.quartz.JobExecutionException;
import org.quartz.SchedulerException;

/** One night of one policy. */
@DisallowConcurrentExecution
public final class PolicyJob implements Job {
  static final String POLICY = "policy";

  @Override
  public void execute(JobExecutionContext context) throws JobExecutionException {
    String policy = context.getMergedJobDataMap().getString(POLICY);
    try {
      EnabledPolicies policies =
          (EnabledPolicies) context.getScheduler().getContext().get(NightlySchedule.RUNNER);
      policies.runIfEnabled(policy).ifPresent(context::setResult);
    } catch (SchedulerException e) {
      throw new JobExecutionException(e);
    }
  }
}
