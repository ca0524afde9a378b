/*
 * corpus.h - mail made up by number: the same number is the same mail in each run
 *
 * Words of a made-up language, the short ones more often, so that compression
 * and search meet something like text. No line begins with a dot.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

enum { CORPUS_MAIL_MAX = 64 * 1024, CORPUS_HEADER_MAX = 1024 };

/* A word that one mail in CORPUS_RARE of corpus_mail has in its text. */
#define CORPUS_RARE_WORD "quasarlight"
enum { CORPUS_RARE = 997 };

/* Before all else; run is told apart by Message-IDs, so that no mail is a duplicate. */
void corpus_init(uint32_t run);

/* One text part of about size octets; to has room for size + CORPUS_HEADER_MAX. */
size_t corpus_plain(uint32_t number, size_t size, char *to);

/* 60 % plain, 30 % with an HTML alternative, 10 % with an attachment: 8 KB on average.
 * to has room for CORPUS_MAIL_MAX. */
size_t corpus_mail(uint32_t number, char *to);
