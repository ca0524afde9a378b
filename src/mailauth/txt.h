/*
 * txt.h - TXT records of fields, `v=STSv1; id=1; name=value` (RFC 8461 3.1, RFC 8460 3)
 *
 * DMARC and DKIM read theirs with tag_list.h: their rules for what is wrong differ.
 */
#pragma once

#include "base/dns_answer.h"

/* The record that begins with prefix, when it is the only one. */
bool txt_find_only(const struct dns_answer *txt, slice prefix, slice *ret);
/* The value of the first field of that name; other fields may be any name=value. False
 * when there is none or the record breaks that form. */
bool txt_find_field(slice record, slice name, slice *ret);
