"""The stages from article versions to assessments. Each takes the rows that are due, decides, writes and commits.

file_passages_due   versions of official and reference articles → passages; older versions' passages superseded
find_claims_due     versions of monitored articles → claims; what the gates stopped is only counted
group_claims_due    claims → groups of those that say the same, in the same words or in others
assess_due          claims → passages retrieved, re-ranked, verified → assessments
reassess_due        undecided claims, and those of unanswered alerts, whose evidence has changed since → assessed again

Reading and thinking happen outside the transaction that writes, which asks again whether the rows are still due:
two processes may run one stage at once, and a crash leaves whole batches undone. Rows are taken in the order of
(publication, address), whatever order they arrived in. A row that fails is logged with its id and stays due.
"""

from classify.assessing import Assessed, assess_due
from classify.filing import Filed, file_passages_due
from classify.finding import Found, find_claims_due
from classify.joining import Grouped, group_claims_due
from classify.reassessing import reassess_due

__all__ = [
    "Assessed",
    "Filed",
    "Found",
    "Grouped",
    "assess_due",
    "file_passages_due",
    "find_claims_due",
    "group_claims_due",
    "reassess_due",
]
