// Variables whose address is not taken are in memory twice with -fcrit-delta-memory=shadow: the second
// copy stores what it has, signed with the address, and loads from there; without the
// option it encodes a second load of the first copy's.
// RUN: %harden -O1 -fcrit-delta-memory=shadow -c %s -o %t.o
// RUN: %show %t.o element | FileCheck %s
// RUN: %harden -O1 -c %s -o %t.plain.o
// RUN: %show %t.plain.o element | FileCheck --check-prefix=PLAIN %s
// RUN: %harden -O1 -fcrit-delta-memory=plain -c %s -o %t.same.o && cmp %t.plain.o %t.same.o
// RUN: %harden -O0 -fcrit-delta-memory=shadow -Rpass=crit -c %s -o %t.o 2>&1 | FileCheck --check-prefix=REMARK %s
// RUN: %show %t.o scalar | FileCheck --check-prefix=SCALAR %s
