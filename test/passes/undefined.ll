; Bits that mean nothing (the upper part of an any-extended byte, a lane nobody
; wrote) may differ between two copies and must not look like a fault. They are
; made zero in both, or left out of the comparison.
; RUN: crit-clang -fcrit=ilr -mllvm -verify-machineinstrs -O2 -x ir -c %s -o %t.o
; RUN: %show %t.o extended | FileCheck --check-prefix=EXT %s
; RUN: %show %t.o lane | FileCheck --check-prefix=LANE %s
target triple = "x86_64-unknown-linux-gnu"

declare void @use(i8)

define void @extended(i8 %a, i8 %b) {
  %s = mul i8 %a, %b
  call void @use(i8 %s)
  ret void
}
; EXT: record extended: {{.*}} call-argument=1{{$}}
; EXT: {{cmpb|movzbl}}
; EXT: jne <call-argument>

define <4 x float> @lane(float %f) {
  %d = fmul float %f, 3.0
  %v = insertelement <4 x float> undef, float %d, i32 0
  ret <4 x float> %v
}
; A move that clears the other lanes, in both copies.
; LANE: xorps
; LANE-COUNT-2: movss {{%xmm[0-9]+}}, %xmm
; LANE: jne <return>
