#include "tessera_models.h"

#ifdef __APPLE__
const char *const tessera_models_bundle = "tessera_CTesseraModels.bundle";
#else
const char *const tessera_models_bundle = "tessera_CTesseraModels.resources";
#endif

const char *const tessera_models_source = __FILE__;
