/*
 * config_choices.h - the values of keys that are one of several words, in the order in
 *                    which config_keys.c names them
 */
#pragma once

enum reverse_choice { REVERSE_OFF, REVERSE_NAME, REVERSE_MATCH };
enum early_choice { EARLY_REFUSED, EARLY_ACCEPTED };
enum sender_choice { SENDER_HEADER, SENDER_ENVELOPE, SENDER_ANY };
enum verify_choice { VERIFY_NOBODY, VERIFY_USERS, VERIFY_EVERYBODY };
enum failure_choice { FAILURE_DEFERS, FAILURE_ACCEPTS };
enum filtered_choice { FILTERED_STRANGERS, FILTERED_SUBMITTED, FILTERED_ALL };
enum tls_choice { TLS_OPPORTUNISTIC, TLS_REQUIRED, TLS_NONE };
enum sts_choice { STS_OFF, STS_NONE, STS_TESTING, STS_ENFORCE };
enum retention_choice { POP3_DELETE, POP3_KEEP, POP3_REMOVE_RETRIEVED };
enum log_format_choice { LOG_AS_TEXT, LOG_AS_JSON };
