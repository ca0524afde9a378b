/*
 * config_keys.h - the table of configuration keys, and how a value is read
 */
#pragma once

#include "config/config.h"

enum section { /* where a key stands */
	       SECTION_TOP,
	       SECTION_TLS,
	       SECTION_LISTEN,
	       SECTION_AUTH,
	       SECTION_OAUTH,
	       SECTION_SMTP,
	       SECTION_SUBMISSION,
	       SECTION_DNS,
	       SECTION_PROXY,
	       SECTION_DELIVERY,
	       SECTION_QUEUE,
	       SECTION_PUSH,
	       SECTION_LIMITS,
	       SECTION_IMAP,
	       SECTION_POP3,
	       SECTION_TRACE,
	       SECTION_REPORTS,
	       SECTION_LOG,
	       SECTION_METRICS,
	       SECTION_CERTIFICATE, /* [certificate NAME] */
	       SECTION_DOMAIN,      /* [domain NAME] */
	       SECTION_ROUTE,       /* [route NAME] */
	       SECTION_MILTER,      /* [milter NAME] */
	       SECTION_SANDBOX,     /* [sandbox NAME] */
	       SECTION_COUNT
};

/* What a section is called and, for those with a name, where its records live. */
struct section_kind {
	const char *name;
	bool named;
	size_t record_size; /* octets of one record; its first member is the name */
	size_t array,
		count; /* offsets of the array pointer and its count in struct config */
};

enum value_type {
	VALUE_TEXT,
	VALUE_TEXTS,    /* may be repeated */
	VALUE_HOST,     /* a host name */
	VALUE_URL,      /* of https */
	VALUE_ADDRESS,  /* a mail address */
	VALUE_SWITCH,   /* yes or no */
	VALUE_COUNT,    /* a number */
	VALUE_SIZE,     /* octets: 50M */
	VALUE_DURATION, /* seconds: 5m */
	VALUE_CHOICE,   /* one of `choices`, separated by '|' */
	VALUE_LISTEN,   /* an address to listen at; may be repeated */
	VALUE_ENDPOINT, /* an address to connect to */
	VALUE_HOP,      /* the same, or a name with or without a port */
	VALUE_NETWORK,  /* CIDR; may be repeated, or several separated by blanks */
};

struct config_key {
	enum section section;
	const char *name;
	enum value_type type;
	size_t offset;        /* in struct config, or in the section's record */
	const char *fallback; /* as it would be written; NULL: empty */
	const char *choices;  /* of VALUE_CHOICE; the index is the value */
	bool restart;         /* a reload cannot change it */
	const char *help;
};

extern const struct section_kind section_kinds[SECTION_COUNT];
extern const struct config_key config_keys[];
extern const size_t config_key_count;

/* 50M: octets (K, M, G, T). */
bool config_read_size(slice value, int64_t *ret);
/* Reads value into the field of record that key names. On failure *ret_mend says what
 * would be right. */
bool config_set_value(struct arena *arena, const struct config_key *key, slice value,
		      void *record, const char **ret_mend);
