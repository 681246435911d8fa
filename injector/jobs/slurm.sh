#!/bin/sh
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# One campaign over many machines: a Slurm array, one shard a task. Submit with
#
#   sbatch --array=1-64 slurm.sh DIRECTORY CRIT-INJECT-OPTIONS -- PROGRAM ARGS...
#
# DIRECTORY is shared by the nodes; each shard writes its own store there. When
# all have ended (a task that was killed or requeued continues where it was):
#
#   crit-inject merge all.db DIRECTORY/shard-*.db
#   crit-inject report --html report.html all.db
#
# All nodes need the same program, libraries and kind of CPU: the store's key
# holds the program's bytes, and merging refuses stores of another campaign's.
#SBATCH --job-name=crit-inject
#SBATCH --ntasks=1
#SBATCH --cpus-per-task=1
#SBATCH --requeue
#SBATCH --output=crit-inject-%A-%a.log
set -eu
[ $# -ge 3 ] || { echo "usage: sbatch --array=1-N $0 DIRECTORY OPTIONS -- PROGRAM ARGS..." >&2; exit 2; }
[ "${SLURM_ARRAY_TASK_MIN:-1}" = 1 ] || { echo "slurm.sh: --array must start at 1" >&2; exit 2; }
directory=$1
shift
mkdir -p "$directory"
exec crit-inject run -j "${SLURM_CPUS_PER_TASK:-1}" \
  --shard "$SLURM_ARRAY_TASK_ID/$SLURM_ARRAY_TASK_COUNT" \
  --store "$directory/shard-$SLURM_ARRAY_TASK_ID.db" "$@"
