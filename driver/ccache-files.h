/* Tells ccache that the object depends on files it does not know: -fcrit-policy.
   ccache takes the files to watch from the line markers of preprocessed text, so
   crit-clang -E names each file in one. For ccache's other mode, which compares
   the text only, the contents' hash follows. No token, no macro is left behind.
   SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
#ifdef __CRIT_FILE_0
#line 1 __CRIT_FILE_0
#endif
#ifdef __CRIT_FILE_1
#line 1 __CRIT_FILE_1
#endif
#line 1 __CRIT_FILES_HASH
#undef __CRIT_FILE_0
#undef __CRIT_FILE_1
#undef __CRIT_FILES_HASH
