/*
 * authenticator_private.h - what the files of a login attempt share; only they include it
 */
#pragma once

#include "server/authenticator.h"

/* The verdict is there: tell it now, or after the time that a failure costs. */
void login_settle(struct login_attempt *t);
/* Tell it now. */
void login_answer(struct login_attempt *t);
void login_measured_by(struct login_attempt *t, const struct account_view *account);

/* Was the same shown for this user a moment ago? Then the attempt is measured, too. */
bool login_is_remembered(struct login_attempt *t);
void login_remember(struct login_attempt *t, const struct account_view *account,
		    int64_t credential);

/* login_identity.c: begin, for tokens and certificates; and their answer. */
void login_check_token(struct login_attempt *t);
void login_check_certificate(struct login_attempt *t);
enum sasl_status login_answer_identity(struct login_attempt *t);
