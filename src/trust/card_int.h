/* The payload of a card, written and read. */
#pragma once

#include "base/json.h"
#include "trust/card.h"

/* New reference. */
json_t *card_to_json(const struct card *c);
/* Fills c but for envelope and digest; c may be half filled on failure. */
enum rc card_from_json(const json_t *object, struct card *c, struct err *err);
const struct card_key *card_current_key(const struct card *c);
