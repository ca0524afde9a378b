/*
 * dmarc_record.h - reading a DMARC policy record (RFC 9989 4.7, 4.8)
 *
 * Unknown tags are passed over, and so are values that break the grammar: the default
 * holds then. Of a tag that occurs twice the first counts. Slices are the record's.
 *
 * pct= is history, but its 0 stands in many records and asks for what t=y asks for since:
 * one policy less (RFC 7489 6.6.4). Other shares count as all.
 */
#pragma once

#include "base/slice.h"

enum dmarc_policy { DMARC_NONE, DMARC_QUARANTINE, DMARC_REJECT };

enum dmarc_psd {
	DMARC_PSD_UNKNOWN, /* psd=u, or not said */
	DMARC_PSD_NO,      /* an organizational domain */
	DMARC_PSD_YES,     /* a public suffix */
};

enum {                   /* fo= */
       DMARC_FO_ALL = 1, /* 0: report when no mechanism passes aligned */
       DMARC_FO_ANY = 2, /* 1: report when any does not */
       DMARC_FO_DKIM = 4,
       DMARC_FO_SPF = 8,
};

struct dmarc_record {
	enum dmarc_policy p, sp,
		np; /* sp and np are p and sp where the record has none */
	bool has_sp, has_np;
	/* Without a valid p, or with a wrong sp or np, a record that wants reports is
	 * one of p=none, and another does not count as policy (RFC 9989 4.10.1). */
	bool is_policy;
	bool strict_dkim, strict_spf; /* adkim=s, aspf=s */
	bool testing;                 /* t=y, pct=0 */
	enum dmarc_psd psd;
	unsigned fo;
	slice rua, ruf; /* lists for take_report_uri */
};

/* False unless the record begins with v=DMARC1: then it is none of DMARC's business. */
bool dmarc_record_parse(slice text, struct dmarc_record *ret);
slice dmarc_policy_name(enum dmarc_policy p); /* "none", "quarantine", "reject" */
