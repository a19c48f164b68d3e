"""What "Get documentation" in the CloudWatch console shows: Markdown with sample parameters."""

DOCUMENTATION = """\
## Layerlift

Shows releases of Lambda layers on their way through the stages, and takes decisions where the
policy lets a click decide. Choose what to show by `widget`:

| widget | shows | parameters |
| --- | --- | --- |
| `releases` | what is on its way, and what happened last | `layer`, `state` |
| `approvals` | what waits for a decision | `layer` |
| `matrix` | what is live, layer by region, as Layerlift left it | `stage` |
| `layer` | history, canaries and sizes of a layer | `layer`, `stage`, `region` |
| `release` | one release in all its targets | `layer`, `version` |
| `target` | a layer in one target, and its pointer | `layer`, `stage`, `account`, `region` |
| `pointers` | what the pointers of a layer say now, in up to 30 regions | `layer`, `stage` |
| `report` | what the inspection of a release found | `layer`, `version` |

### Sample parameters

```yaml
widget: matrix
stage: prod
```

```yaml
widget: releases
layer: http-client
state: promoting
```

A click on a cell of the matrix opens `target`, and *Check* opens `pointers`. They read the
parameters there and then; what somebody has changed by hand is *Drift*.

A click on *Approve* or *Reject* says that somebody decided who may invoke this function, and not
who. It counts where the stage's policy says `console: allowed`; elsewhere its comment is kept.
"""
