/*
 * token_rules.h - what the configuration says of tokens
 */
#pragma once

#include "config/config.h"
#include "sasl/token.h"

static inline struct token_rules token_rules_of(const struct config *c)
{
	return (struct token_rules){ .issuer = c->oauth_issuer,
				     .audience = c->oauth_audience,
				     .scope = c->oauth_scope,
				     .user_claim = c->oauth_user_claim,
				     .skew_s = c->oauth_skew_s };
}
