#include "model/cron.hpp"
namespace gale { std::string Cron::description() const { return {}; } }
