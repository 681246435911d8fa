#!/bin/sh
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# injector/jobs/slurm.sh on a real one-node Slurm (Debian: slurm-wlm, munge), as
# root. Not part of ./crit check. The array's shards, merged, must be the same
# campaign as one undivided run; one task is killed on its way and requeued.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
PATH=$root/build/bin:$PATH
for tool in slurmd slurmctld munged sbatch; do
  command -v $tool >/dev/null || { echo "slurm.sh: $tool is missing: apt-get install slurm-wlm munge" >&2; exit 1; }
done
[ "$(id -u)" = 0 ] || { echo "slurm.sh: run as root (slurmd, munged)" >&2; exit 1; }
work=$(mktemp -d) host=$(hostname -s) pids=
stop() { for p in $pids; do kill "$p" 2>/dev/null || true; done; wait; rm -rf "$work"; }
trap stop EXIT
mkdir "$work/state" "$work/spool" "$work/munge" "$work/results"
dd if=/dev/urandom of="$work/munge/key" bs=128 count=1 status=none
chmod 700 "$work/munge"; chmod 600 "$work/munge/key"; chmod 755 "$work"
cat >"$work/slurm.conf" <<CONF
ClusterName=crit
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=26817
SlurmdPort=26818
AuthType=auth/munge
AuthInfo=socket=$work/munge.socket
CryptoType=crypto/munge
SlurmUser=root
StateSaveLocation=$work/state
SlurmdSpoolDir=$work/spool
SlurmctldPidFile=$work/ctld.pid
SlurmdPidFile=$work/d.pid
ProctrackType=proctrack/pgid
TaskPlugin=task/none
SchedulerType=sched/backfill
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
JobRequeue=1
ReturnToService=2
MpiDefault=none
NodeName=$host NodeAddr=127.0.0.1 CPUs=$(nproc) State=UNKNOWN
PartitionName=all Nodes=$host Default=YES MaxTime=INFINITE State=UP
CONF
export SLURM_CONF="$work/slurm.conf"
munged --foreground --force --key-file="$work/munge/key" --socket="$work/munge.socket" \
  --pid-file="$work/munge/pid" --log-file="$work/munge/log" --seed-file="$work/munge/seed" & pids="$!"
sleep 1
slurmctld -D >"$work/ctld.log" 2>&1 & pids="$pids $!"
slurmd -D -N "$host" >"$work/d.log" 2>&1 & pids="$pids $!"
for i in $(seq 60); do sinfo -h -o %T 2>/dev/null | grep -q idle && break; sleep 1; done
sinfo -h -o %T | grep -q idle || { tail "$work"/*.log >&2; echo "slurm.sh: the node does not come up" >&2; exit 1; }

crit-clang -fcrit=none -fcrit-inject -O1 "$root/test/injector/Inputs/work.c" -o "$work/program"
cd "$work"
n=4000
job=$(sbatch --parsable --array=1-4 --export=ALL "$root/injector/jobs/slurm.sh" "$work/results" -q -n $n --seed 5 -- "$work/program")
sleep 1
scontrol requeue "${job}_1" || true
while [ -n "$(squeue -h -j "$job")" ]; do sleep 1; done
ls results
crit-inject merge all.db results/shard-*.db
crit-inject run -q -n $n --seed 5 --store whole.db --json whole.json -- "$work/program" >/dev/null
crit-inject report --json all.json all.db
cmp all.json whole.json
echo "slurm: $n faults in 4 shards are the same as in one run"
