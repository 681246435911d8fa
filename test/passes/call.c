// Arguments are compared in the registers the callee will read, behind the move
// into them; the target of an indirect call is compared, too. The result is
// adopted: copied once into the second stream, then both go on.
// RUN: %harden -O2 -c %s -o %t.o
// RUN: %show %t.o direct | FileCheck --check-prefix=DIRECT %s
// RUN: %show %t.o indirect | FileCheck --check-prefix=INDIRECT %s
// RUN: %show %t.o stacked | FileCheck --check-prefix=STACK %s
// RUN: %show %t.o tail | FileCheck --check-prefix=TAIL %s
// RUN: %harden -O0 -c %s -o %t0.o && %show %t0.o direct | FileCheck --check-prefix=O0 %s

long callee(long, long);
long many(long, long, long, long, long, long, long);

long direct(long a, long b) { return callee(a * 5, a - b) + 1; }
// DIRECT: record direct: {{.*}} call-argument=2 return=1{{$}}
// DIRECT-DAG: cmpq {{%[a-z0-9]+}}, %rdi
// DIRECT-DAG: cmpq {{%[a-z0-9]+}}, %rsi
// DIRECT: jne <call-argument>
// DIRECT-NOT: {{, %(rdi|rsi|edi|esi)$}}
// DIRECT: callq callee
// DIRECT-NEXT: movq %rax, [[R:%[a-z0-9]+]]
// DIRECT-DAG: incq %rax
// DIRECT-DAG: incq [[R]]
// DIRECT: cmpq [[R]], %rax
// DIRECT-NEXT: jne <return>
// O0: record direct: {{.*}} call-argument=2
// O0: jne <call-argument>
// O0: cmpq {{.*}}, %r{{[sd]}}i
// O0-NEXT: jne <call-argument>
// O0-NEXT: callq callee

long indirect(long (*f)(long), long a) { return f(a * 5) + 1; }
// INDIRECT: record indirect: {{.*}} call-argument=1 call-target=1 return=1{{$}}
// INDIRECT: cmpq {{%[a-z0-9]+}}, [[F:%[a-z0-9]+]]
// INDIRECT-NEXT: jne <call-target>
// INDIRECT-NOT: , [[F]]{{$}}
// INDIRECT: callq *[[F]]

long stacked(long a) { return many(1, a, a, a, a, a, a * 7) + 1; }
// Arguments on the stack are stores.
// STACK: movq [[V:%[a-z0-9]+]], (%rsp)
// STACK-NEXT: cmpq {{%[a-z0-9]+}}, [[V]]
// STACK-NEXT: jne <store-value>
// STACK-COUNT-5: jne <call-argument>
// STACK: callq many

long tail(long a, long b) { return callee(b * 5, a); }
// TAIL-COUNT-2: jne <call-argument>
// TAIL: jmp callee
