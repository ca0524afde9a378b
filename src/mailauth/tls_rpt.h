/*
 * tls_rpt.h - where a domain wants reports about TLS (RFC 8460 3)
 */
#pragma once

#include "base/dns_answer.h"

/* The rua list, for take_report_uri, of the one valid record among the TXT records of
 * _smtp._tls.DOMAIN. False: the domain wants no reports. */
bool tls_rpt_find_rua(const struct dns_answer *txt, slice *ret);
