#include "tessera_vector.h"
