# The settings of every virtual machine test. Without KVM, virtual machines are slow, so the services have longer timeouts.
{
  services = {
    LAB_TIMEOUT_FACTOR = "10";
    OTEL_EXPORTER_OTLP_TIMEOUT = "30000";
  };
}
