{{- define "webster.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 50 | trimSuffix "-" -}}
{{- end -}}

{{- define "webster.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 50 | trimSuffix "-" -}}
{{- else if contains (include "webster.name" .) .Release.Name -}}
{{- .Release.Name | trunc 50 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name (include "webster.name" .) | trunc 50 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "webster.selector" -}}
app.kubernetes.io/name: {{ include "webster.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "webster.labels" -}}
{{ include "webster.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end -}}

{{- define "webster.image" -}}
{{ required "image.repository: where your registry has the image that the Dockerfile builds" .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end -}}

{{- define "webster.serviceAccount" -}}
{{- if .Values.serviceAccount.create -}}
{{- .Values.serviceAccount.name | default (include "webster.fullname" .) -}}
{{- else -}}
{{- .Values.serviceAccount.name | default "default" -}}
{{- end -}}
{{- end -}}

{{/* The Secret that servers and workers read. */}}
{{- define "webster.secret" -}}
{{- if .Values.secrets.existing -}}
{{- .Values.secrets.existing -}}
{{- else -}}
{{- $_ := required "secrets.existing, or secrets.values.DATABASE_URL: Webster needs a PostgreSQL in a cluster" .Values.secrets.values.DATABASE_URL -}}
{{- $_ := required "secrets.existing, or secrets.values.WEBSTER_SECRET: make one with openssl rand -base64 32, and keep it" .Values.secrets.values.WEBSTER_SECRET -}}
{{- include "webster.fullname" . -}}
{{- end -}}
{{- end -}}

{{/* What may stand in that Secret: the settings that are secrets. A test holds them against Webster's own. */}}
{{- define "webster.secretKeys" -}}
DATABASE_URL DATABASE_DIRECT_URL DATABASE_REPLICA_URL WEBSTER_SECRET WEBSTER_OTHER_SECRETS WEBSTER_BOOTSTRAP_API_KEY WEBSTER_BOOTSTRAP_PASSWORD WEBSTER_EGRESS_PROXY WEBSTER_SMTP_URL WEBSTER_GITHUB_SECRET WEBSTER_GOOGLE_SECRET WEBSTER_OIDC_SECRET OTEL_EXPORTER_OTLP_HEADERS
{{- end -}}

{{/* Settings of a container. A dictionary: root, secret (the name of the Secret). */}}
{{- define "webster.env" -}}
{{- $root := .root }}
{{- $own := dict "HOST" "0.0.0.0" "PORT" "3000" "WEBSTER_OPERATIONS_PORT" "9090" "WEBSTER_URL" (required "url: where people and senders reach it, such as https://webhooks.example.com" $root.Values.url) "WEBSTER_TRUSTED_PROXIES" ($root.Values.trustedProxies | toString) "WEBSTER_STOP_DELAY_SECONDS" ($root.Values.stopDelaySeconds | toString) "WEBSTER_STOP_SECONDS" ($root.Values.stopSeconds | toString) }}
{{- range $name, $value := merge $own $root.Values.settings }}
- name: {{ $name }}
  {{- /* Helm reads numbers as floats, and would write large ones with an exponent. */}}
  value: {{ if and (kindIs "float64" $value) (eq (floor $value) $value) }}{{ $value | int64 | quote }}{{ else }}{{ $value | toString | quote }}{{ end }}
{{- end }}
{{- range splitList " " (include "webster.secretKeys" $root) }}
- name: {{ . }}
  valueFrom:
    secretKeyRef: { name: {{ $.secret }}, key: {{ . }}, optional: {{ not (has . (list "DATABASE_URL" "WEBSTER_SECRET")) }} }
{{- end }}
{{- end -}}

{{/* What every pod has. A dictionary: root, extra (its own volumes). */}}
{{- define "webster.pod" -}}
{{- with .root.Values.imagePullSecrets }}
imagePullSecrets: {{- toYaml . | nindent 2 }}
{{- end }}
automountServiceAccountToken: false
enableServiceLinks: false
securityContext: {{- toYaml .root.Values.podSecurityContext | nindent 2 }}
{{- with .root.Values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
volumes:
  - name: tmp
    emptyDir: { sizeLimit: 64Mi }
  {{- with .extra }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
  {{- with .root.Values.extraVolumes }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end -}}

{{- define "webster.mounts" -}}
- { name: tmp, mountPath: /tmp }
{{- with .Values.extraVolumeMounts }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* A Deployment of servers or workers. A dictionary: root, part (web or worker), command, roles. */}}
{{- define "webster.deployment" -}}
{{- $root := .root }}
{{- $values := index $root.Values .part }}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ include "webster.fullname" $root }}-{{ .part }}
  labels:
    {{- include "webster.labels" $root | nindent 4 }}
    app.kubernetes.io/component: {{ .part }}
spec:
  {{- if not $values.autoscaling.enabled }}
  replicas: {{ $values.replicas }}
  {{- end }}
  selector:
    matchLabels:
      {{- include "webster.selector" $root | nindent 6 }}
      app.kubernetes.io/component: {{ .part }}
  strategy:
    type: RollingUpdate
    rollingUpdate: { maxUnavailable: 0, maxSurge: 1 }
  template:
    metadata:
      labels:
        {{- include "webster.labels" $root | nindent 8 }}
        app.kubernetes.io/component: {{ .part }}
      annotations:
        {{- if not $root.Values.secrets.existing }}
        checksum/secrets: {{ $root.Values.secrets.values | toJson | sha256sum }}
        {{- end }}
        {{- with $values.podAnnotations }}
        {{- toYaml . | nindent 8 }}
        {{- else }}
        {{- if $root.Values.secrets.existing }} {}{{ end }}
        {{- end }}
    spec:
      {{- include "webster.pod" (dict "root" $root) | nindent 6 }}
      serviceAccountName: {{ include "webster.serviceAccount" $root }}
      # Longer than it takes to stop: nothing is cut off.
      terminationGracePeriodSeconds: {{ add $root.Values.stopDelaySeconds $root.Values.stopSeconds 5 }}
      topologySpreadConstraints:
        {{- range $key := list "kubernetes.io/hostname" "topology.kubernetes.io/zone" }}
        - maxSkew: 1
          topologyKey: {{ $key }}
          whenUnsatisfiable: ScheduleAnyway
          labelSelector:
            matchLabels:
              {{- include "webster.selector" $root | nindent 14 }}
              app.kubernetes.io/component: {{ $.part }}
        {{- end }}
      {{- with $values.nodeSelector }}
      nodeSelector: {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with $values.tolerations }}
      tolerations: {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with $values.affinity }}
      affinity: {{- toYaml . | nindent 8 }}
      {{- end }}
      containers:
        - name: webster
          image: {{ include "webster.image" $root | quote }}
          imagePullPolicy: {{ $root.Values.image.pullPolicy }}
          args: [{{ .command }}]
          env:
            {{- include "webster.env" (dict "root" $root "secret" (include "webster.secret" $root)) | nindent 12 }}
            {{- with .roles }}
            - { name: WEBSTER_ROLES, value: {{ . }} }
            {{- end }}
          ports:
            {{- if eq .part "web" }}
            - { name: http, containerPort: 3000 }
            {{- end }}
            - { name: operations, containerPort: 9090 }
          # A first start may wait for a migration that another pod makes.
          startupProbe:
            httpGet: { path: /health/live, port: operations }
            periodSeconds: 2
            failureThreshold: 150
          livenessProbe:
            httpGet: { path: /health/live, port: operations }
            periodSeconds: 10
            timeoutSeconds: 5
            failureThreshold: 3
          readinessProbe:
            httpGet: { path: /health/ready, port: operations }
            periodSeconds: 3
            timeoutSeconds: 3
            failureThreshold: 2
          resources: {{- toYaml $values.resources | nindent 12 }}
          securityContext: {{- toYaml $root.Values.securityContext | nindent 12 }}
          volumeMounts:
            {{- include "webster.mounts" $root | nindent 12 }}
{{- end -}}
