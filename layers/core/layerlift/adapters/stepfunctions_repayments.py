"""Repayments as executions of a state machine in Step Functions."""

from layerlift.adapters.stepfunctions_executions import StepFunctionsExecutions


class StepFunctionsRepayments(StepFunctionsExecutions):
    """The :class:`~layerlift.ports.aws.Repayments` of the state machine with that ARN."""
