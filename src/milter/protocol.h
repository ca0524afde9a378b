/*
 * protocol.h - the words of the milter protocol, version 6, as libmilter's mfdef.h has
 * them
 *
 * Both sides send packets: four octets of length, in network order, one letter, and what
 * belongs to it. The first packet of each side says what it can and what it wants.
 */
#pragma once

enum {
	MILTER_VERSION = 6,
	MILTER_VERSION_DATA = 4,    /* from it on there is MILTER_DATA */
	MILTER_CHUNK_MAX = 65535,   /* octets of a body's piece, from us */
	MILTER_PACKET_MAX = 131072, /* octets we take at once, without the length */
};

/* What we say. */
enum milter_command {
	MILTER_BODY = 'B',
	MILTER_CONNECT = 'C',
	MILTER_MACRO = 'D',
	MILTER_END = 'E',
	MILTER_HELO = 'H',
	MILTER_HEADER = 'L',
	MILTER_MAIL = 'M',
	MILTER_HEADER_END = 'N',
	MILTER_OPTIONS = 'O', /* the filter says it, too */
	MILTER_QUIT = 'Q',
	MILTER_RCPT = 'R',
	MILTER_DATA = 'T',
};

/* What the filter says. */
enum milter_word {
	MILTER_ADD_RCPT = '+',
	MILTER_DELETE_RCPT = '-',
	MILTER_ADD_RCPT_WITH = '2', /* and parameters */
	MILTER_SHUTDOWN = '4',
	MILTER_ACCEPT = 'a',
	MILTER_REPLACE_BODY = 'b',
	MILTER_CONTINUE = 'c',
	MILTER_DISCARD = 'd',
	MILTER_CHANGE_FROM = 'e',
	MILTER_CONNECTION_FAILED = 'f',
	MILTER_ADD_HEADER = 'h',
	MILTER_INSERT_HEADER = 'i',
	MILTER_CHANGE_HEADER = 'm',
	MILTER_PROGRESS = 'p',
	MILTER_QUARANTINE = 'q',
	MILTER_REJECT = 'r',
	MILTER_SKIP = 's',
	MILTER_TEMPFAIL = 't',
	MILTER_REPLY = 'y',
};

/* What it may do. */
enum milter_may {
	MAY_ADD_HEADERS = 0x01,
	MAY_CHANGE_BODY = 0x02,
	MAY_ADD_RCPT = 0x04,
	MAY_DELETE_RCPT = 0x08,
	MAY_CHANGE_HEADERS = 0x10,
	MAY_QUARANTINE = 0x20,
	MAY_CHANGE_FROM = 0x40,
	MAY_ADD_RCPT_WITH = 0x80,
	MAY_CHOOSE_MACROS = 0x100,
	MAY_ALL = 0x1ff,
};

/* What it does not want to hear of, or does not answer, or wants otherwise. */
enum milter_wish {
	WISH_NO_CONNECT = 0x01,
	WISH_NO_HELO = 0x02,
	WISH_NO_MAIL = 0x04,
	WISH_NO_RCPT = 0x08,
	WISH_NO_BODY = 0x10,
	WISH_NO_HEADERS = 0x20,
	WISH_NO_HEADER_END = 0x40,
	WISH_QUIET_HEADERS = 0x80,
	WISH_NO_UNKNOWN = 0x100, /* commands, which we never tell of */
	WISH_NO_DATA = 0x200,
	WISH_SKIP = 0x400, /* it may say MILTER_SKIP */
	WISH_QUIET_CONNECT = 0x1000,
	WISH_QUIET_HELO = 0x2000,
	WISH_QUIET_MAIL = 0x4000,
	WISH_QUIET_RCPT = 0x8000,
	WISH_QUIET_DATA = 0x10000,
	WISH_QUIET_UNKNOWN = 0x20000,
	WISH_QUIET_HEADER_END = 0x40000,
	WISH_QUIET_BODY = 0x80000,
	WISH_LEADING_SPACE = 0x100000, /* header values with the blank behind the colon */
	WISH_ALL = 0x1ff7ff,
};
